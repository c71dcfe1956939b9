import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { FatalError } from "../fatal-error.ts";

/** What is counted of the lines that one phase added. */
export interface LogCounts {
  readonly warnings: number;
  readonly errors: number;
}

const ERROR_MARKS = ["addition failed", "an't install", "unable to verify signature"];

/**
 * The log of what the installing and removing of packages said, pkg_install-err.log.
 *
 * Scripts and tools write to its descriptor as well, so {@link ErrorLog.textSince} reads back what came after a mark.
 */
export class ErrorLog {
  readonly path: string;
  /** Appends, whoever writes. */
  readonly fd: number;

  /** @throws FatalError when the file cannot be opened for writing */
  constructor(path: string) {
    this.path = path;
    try {
      this.fd = openSync(path, "a+");
    } catch (error) {
      throw new FatalError(`Couldn't open ${path} for writing.`, { cause: error });
    }
  }

  /** The current end of the log, in bytes. */
  mark(): number {
    return fstatSync(this.fd).size;
  }

  append(text: string): void {
    writeSync(this.fd, text);
  }

  /** What was added since a mark. */
  textSince(mark: number): string {
    const bytes = Buffer.alloc(this.mark() - mark);
    const length = readSync(this.fd, bytes, 0, bytes.length, mark);
    return bytes.toString("utf8", 0, length);
  }

  /** Counts warnings and errors in the lines added since a mark, by the words that the tools use. */
  countSince(mark: number): LogCounts {
    const lines = this.textSince(mark).split("\n");
    const withMark = (text: string) => lines.filter((line) => line.includes(text)).length;
    return {
      warnings: withMark("Warning"),
      errors: ERROR_MARKS.reduce((sum, text) => sum + withMark(text), 0),
    };
  }

  close(): void {
    closeSync(this.fd);
  }
}
