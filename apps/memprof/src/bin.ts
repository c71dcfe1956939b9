#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { Terminal } from "./report/report.ts";

const terminal = new Terminal();
try {
  const { status, signal } = await runCli(process.argv.slice(2), terminal);
  if (terminal.problem !== undefined) throw terminal.problem;
  process.exitCode = status;
  // Ends as the command did, so that a shell sees it.
  if (signal !== undefined) process.kill(process.pid, signal);
} catch (error) {
  terminal.note((error as Error).message);
  process.exitCode = 1;
}
