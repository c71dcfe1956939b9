import { writeSync } from "node:fs";
import { isatty } from "node:tty";

/** What stdio gives a pipe or file: bytes are held until this many are there, a prompt comes, or the program ends. */
const BUFFER_SIZE = 4096;
/** Room for the widest line that the layout of lists takes notice of. */
const MAX_COLUMNS = 512;
const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/**
 * Standard output and standard error with the order of bytes that scripts rely on.
 *
 * On a terminal everything is written at once. Elsewhere standard output is held back as C's stdio does, so that in a
 * merged stream the messages of standard error come first; {@link Output.flush} writes what is held.
 */
export class Output {
  readonly isTerminal: boolean = isatty(1);
  readonly errorIsTerminal: boolean = isatty(2);
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** Columns of the terminal; 80 where standard output is not one. */
  get columns(): number {
    return this.isTerminal ? Math.min(process.stdout.columns || 80, MAX_COLUMNS) : 80;
  }

  /** Writes text to standard output. */
  out(text: string): void {
    const bytes = encode(text);
    if (this.isTerminal) {
      writeAll(1, bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= BUFFER_SIZE) {
      const all = Buffer.concat(this.#held);
      const full = all.length - (all.length % BUFFER_SIZE);
      writeAll(1, all.subarray(0, full));
      this.#hold(all.subarray(full));
    }
  }

  /** Writes text to standard error, at once. */
  err(text: string): void {
    writeAll(2, encode(text));
  }

  /** Writes what is held of standard output. */
  flush(): void {
    const all = Buffer.concat(this.#held);
    this.#hold(Buffer.alloc(0));
    writeAll(1, all);
  }

  #hold(bytes: Buffer): void {
    this.#held = bytes.length > 0 ? [bytes] : [];
    this.#heldBytes = bytes.length;
  }
}

/** Bytes that are no UTF-8 are lone surrogates in our text, U+DC80 to U+DCFF; they come out as they came in. */
function encode(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text);
  const parts = Array.from(text, (character) =>
    ESCAPED.test(character) ? Buffer.of(character.charCodeAt(0) & 0xff) : Buffer.from(character),
  );
  return Buffer.concat(parts);
}

function writeAll(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      // The parent left the pipe non-blocking: give the reader a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
