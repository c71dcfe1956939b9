import { appendFileSync, readFileSync, statSync } from "node:fs";
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
 * Lines are appended; {@link ErrorLog.countSince} reads back what came after a mark, since scripts write there too.
 */
export class ErrorLog {
  readonly path: string;

  /** @throws FatalError when the file cannot be opened for writing */
  constructor(path: string) {
    this.path = path;
    this.append("");
  }

  /** The current end of the log, in bytes. */
  mark(): number {
    return statSync(this.path).size;
  }

  append(text: string): void {
    try {
      appendFileSync(this.path, text);
    } catch (error) {
      throw new FatalError(`Couldn't open ${this.path} for writing.`, { cause: error });
    }
  }

  /** Counts warnings and errors in the lines added since a mark, by the words that the tools use. */
  countSince(mark: number): LogCounts {
    const lines = readFileSync(this.path).subarray(mark).toString("latin1").split("\n");
    const withMark = (text: string) => lines.filter((line) => line.includes(text)).length;
    return {
      warnings: withMark("Warning"),
      errors: ERROR_MARKS.reduce((sum, text) => sum + withMark(text), 0),
    };
  }
}
