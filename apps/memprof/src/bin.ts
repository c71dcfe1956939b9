#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { terminal } from "./report/report.ts";

// A reader who has gone is found out by whoever writes; it is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
try {
  const { status, signal } = await runCli(process.argv.slice(2));
  process.exitCode = status;
  // Ends as the command did, so that a shell sees it.
  if (signal !== undefined) process.kill(process.pid, signal);
} catch (error) {
  terminal.note((error as Error).message);
  process.exitCode = 1;
}
