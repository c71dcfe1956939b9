import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { FatalError } from "../fatal-error.ts";
import { writing } from "../writing.ts";

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
 * Scripts and tools write to its descriptor as well, so {@link ErrorLog.countSince} reads back what came after a mark.
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
    writing(this.path, () => writeSync(this.fd, text));
  }

  /** Counts warnings and errors in the lines added since a mark, by the words that the tools use. */
  countSince(mark: number): LogCounts {
    let [warnings, errors] = [0, 0];
    for (const line of this.#linesSince(mark)) {
      warnings += Number(line.includes("Warning"));
      errors += ERROR_MARKS.filter((text) => line.includes(text)).length;
    }
    return { warnings, errors };
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Lines since a mark; what is longer than is read at once may come in pieces. */
  *#linesSince(mark: number): Generator<string> {
    const bytes = Buffer.alloc(COPY_SIZE);
    let rest = "";
    for (let at = mark; ;) {
      const length = readSync(this.fd, bytes, 0, bytes.length, at);
      const lines = (rest + bytes.toString("utf8", 0, length)).split("\n");
      rest = (lines.pop() ?? "").slice(-COPY_SIZE);
      yield* lines;
      if (length === 0) break;
      at += length;
    }
    yield rest;
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
