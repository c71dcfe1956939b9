import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { FatalError } from "../fatal-error.ts";

/** What is counted of the lines that one phase added. */
export interface LogCounts {
  readonly warnings: number;
  readonly errors: number;
}

/** How much is copied at once, in bytes. */
const COPY_SIZE = 64 * 1024;
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
      throw new FatalError(`Couldn't open ${path} for writing.`, { cause: error, isBare: true });
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

/** What is said while it cannot be told yet under which line of the log it belongs. */
export class DraftLog {
  readonly fd: number;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    rmSync(path, { force: true });
    this.fd = openSync(path, "ax+", 0o600);
  }

  /** Its current end, in bytes. */
  mark(): number {
    return fstatSync(this.fd).size;
  }

  /** Appends a part of it to the log. */
  copyTo(log: ErrorLog, [start, end]: readonly [start: number, end: number]): void {
    const bytes = Buffer.alloc(Math.min(end - start, COPY_SIZE));
    for (let at = start; at < end;) {
      const length = readSync(this.fd, bytes, 0, Math.min(bytes.length, end - at), at);
      if (length === 0) break;
      writeSync(log.fd, bytes, 0, length);
      at += length;
    }
  }

  discard(): void {
    closeSync(this.fd);
    rmSync(this.#path, { force: true });
  }
}
