#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { terminal } from "./report/report.ts";

try {
  const { status, signal } = await runCli(process.argv.slice(2));
  process.exitCode = status;
  // Ends as the command did, so that a shell sees it.
  if (signal !== undefined) process.kill(process.pid, signal);
} catch (error) {
  // The reader of a pipe has gone; there is nobody to tell.
  if ((error as NodeJS.ErrnoException).code !== "EPIPE") {
    terminal.note((error as Error).message);
    process.exitCode = 1;
  }
}
