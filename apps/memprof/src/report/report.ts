import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

/** Where a verb says things; the only place that writes to the terminal. */
export interface Report {
  /** The answer, on standard output. */
  print(pieces: Iterable<string>): Promise<void>;
  /** A line about what happens, on standard error. */
  note(text: string): void;
}

/** The terminal, or whatever standard output and error are. */
export const terminal: Report = {
  async print(pieces) {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  },
  note(text) {
    process.stderr.write(`memprof: ${text}\n`);
  },
};
