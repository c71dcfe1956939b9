#!/usr/bin/env node
import { runCommand } from "./cli.ts";
import { UsageError } from "./commands/command.ts";
import { printable } from "./commands/printable.ts";
import { FileError } from "./errors.ts";
import { encodeText } from "bz2-record-stream";

const interrupt = new AbortController();
let interruptedBy: NodeJS.Signals | undefined;
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interruptedBy = signal;
    interrupt.abort();
  });
}

/** Resolves when the text has been written, so that no more waits than the reader takes. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(encodeText(text), (error) => (error ? reject(outputError(error)) : resolve()));
  });
}

/** Where the reader of a pipe has gone there is nobody to tell. */
function outputError(error: NodeJS.ErrnoException): Error {
  return error.code === "EPIPE" ? error : new FileError("standard output", error);
}

/** What the system says becomes a sentence with the name of the file. */
function explain(error: unknown): string {
  const { message, path, errno } = error as NodeJS.ErrnoException;
  return path === undefined || errno === undefined ? message : new FileError(path, error).message;
}

function complain(problem: string): void {
  process.stderr.write(encodeText(`pkg-archive: ${printable(problem)}\n`));
  process.exitCode = 1;
}

// Writing tells of it too.
process.stdout.on("error", () => undefined);
try {
  const context = { signal: interrupt.signal, complain };
  for await (const text of runCommand(process.argv.slice(2), context)) await write(text);
} catch (error) {
  // After cleaning up, die of the signal, so that the shell sees it.
  if (interruptedBy !== undefined) process.kill(process.pid, interruptedBy);
  else if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exitCode = 1;
  else complain(explain(error));
  if (error instanceof UsageError) process.exitCode = 2;
}
