#!/usr/bin/env node
import { runCommand } from "./cli.ts";
import { UsageError } from "./commands/command.ts";
import { printable } from "./commands/printable.ts";
import { FileError } from "./errors.ts";
import { Interrupts } from "./interrupts.ts";
import { encodeText } from "bz2-record-stream";

/** Resolves when the text has been written, so that no more waits than the reader takes. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(encodeText(text), (error) => (error ? reject(outputError(error)) : resolve()));
  });
}

function outputError(error: NodeJS.ErrnoException): Error {
  return isClosed(error) ? error : new FileError("standard output", error);
}

/** Tells whether the reader of a pipe has gone. */
function isClosed(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
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
const interrupts = new Interrupts();
try {
  const context = {
    get signal() {
      return interrupts.signal;
    },
    complain,
  };
  for await (const text of runCommand(process.argv.slice(2), context)) await write(text);
} catch (error) {
  interrupts.passOn();
  // Where the reader of a pipe has gone there is nobody to tell.
  if (!isClosed(error)) complain(explain(error));
  if (error instanceof UsageError) process.exitCode = 2;
}
