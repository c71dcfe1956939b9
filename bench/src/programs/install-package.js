/* Installs a package file below a directory. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { install } from "pkg-install";

const [file, directory] = process.argv.slice(2);
await install(createReadStream(file), { destdir: directory, pkgdb: join(directory, "usr/pkg/pkgdb") });
