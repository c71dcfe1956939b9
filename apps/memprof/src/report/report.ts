import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Where a verb says things; the only place that writes to the terminal. */
export interface Report {
  /** The answer, on standard output; what nobody reads any more is left out. */
  print(pieces: Iterable<string | Uint8Array>): Promise<void>;
  /** The same on standard error, where standard output is the command's. */
  printBeside(pieces: Iterable<string | Uint8Array>): Promise<void>;
  /** A line about what happens, on standard error. */
  note(text: string): void;
  /** How wide the terminal is that the answer goes to; undefined where it is none. */
  readonly columns: number | undefined;
}

/** The terminal, or whatever standard output and error are. */
export const terminal: Report = {
  print: (pieces) => write(pieces, process.stdout),
  printBeside: (pieces) => write(pieces, process.stderr),
  note(text) {
    // At once, since the process may end by a signal right after it.
    process.stderr.write(`memprof: ${text}\n`);
  },
  get columns() {
    return process.stdout.isTTY ? process.stdout.columns : undefined;
  },
};

async function write(pieces: Iterable<string | Uint8Array>, to: NodeJS.WriteStream): Promise<void> {
  // Nothing is written, and nothing worked out, for a reader who has gone.
  if (!to.writable) return;
  await pipeline(Readable.from(pieces), to, { end: false }).catch(forgiveGone);
}

function forgiveGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
