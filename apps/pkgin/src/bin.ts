#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { FatalError } from "./fatal-error.ts";
import { Output, ReaderGone } from "./report/output.ts";
import { runCommandLine } from "./run.ts";

/** What a shell reports for a program that a signal ended. */
const SIGNAL_STATUS = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

const INTERRUPTS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** A program such as timeout sends a signal twice at once; one that comes later ends the process as it is, in milliseconds. */
const SAME_SIGNAL = 500;

// V8 would let up to 32 MiB of short-lived objects come together before it looks for those that are done with.
setFlagsFromString("--semi-space-growth-factor=1");

const output = new Output();
const interrupt = new AbortController();
let status = 0;

for (const signal of INTERRUPTS) process.on(signal, end);

void main();

function end(signal: (typeof INTERRUPTS)[number]): void {
  if (interrupt.signal.aborted) return;
  status = SIGNAL_STATUS[signal];
  interrupt.abort(new Error("interrupted"));
  setTimeout(() => INTERRUPTS.forEach((other) => process.off(other, end)), SAME_SIGNAL).unref();
}

/* Not awaited at the top: what is loaded meanwhile may need a file that is not done until this is. */
async function main(): Promise<never> {
  try {
    const surroundings = { environment: process.env, output, signal: interrupt.signal };
    const code = await runCommandLine(process.argv.slice(2), surroundings);
    output.flush();
    status ||= code;
  } catch (error) {
    if (error instanceof ReaderGone) status = SIGNAL_STATUS.SIGPIPE;
    else if (error instanceof FatalError) status = tellLast(error);
    else throw error;
  }
  process.exit(status);
}

/** Tells that standard output could not be written, unless standard error cannot be either. @returns the exit status */
function tellLast({ message, exitCode }: FatalError): number {
  try {
    output.err(`pkgin: ${message}\n`);
  } catch {
    // The status tells.
  }
  return exitCode;
}
