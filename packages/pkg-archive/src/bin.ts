#!/usr/bin/env node
process.stderr.write("pkg-archive: no command yet\n");
process.exitCode = 1;
