import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";
import { printable, shownByte } from "./printable.ts";

/** What stdio gives a pipe or file: bytes are held until this many are there, a prompt comes, or the program ends. */
const BUFFER_SIZE = 4096;
/** Room for the widest line that the layout of lists takes notice of. */
const MAX_COLUMNS = 512;
const NEWLINE = 0x0a;
const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
/** Bytes from 0x80 up to this one begin a control sequence in terminals that are not of UTF-8. */
const CONTROLS_END = 0xa0;

/** How output is written. */
export interface OutputMode {
  /** Lines are written at once, also where standard output is no terminal. */
  readonly lineBuffered: boolean;
  /** Standard output is for JSON alone; text goes to standard error. */
  readonly json: boolean;
}

/**
 * Standard output and standard error with the order of bytes that scripts rely on.
 *
 * On a terminal everything is written at once. Elsewhere standard output is held back as C's stdio does, so that in a
 * merged stream the messages of standard error come first; {@link Output.flush} writes what is held.
 */
export class Output {
  /** Whether a person sees what {@link Output.out} writes. */
  isTerminal: boolean = isatty(1);
  readonly errorIsTerminal: boolean = isatty(2);
  readonly #goesToTerminal: boolean = isatty(1);
  #mode: OutputMode = { lineBuffered: false, json: false };
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** Whether a person sees it, and what was written can be written over, which terminals called dumb cannot. */
  get canRedraw(): boolean {
    return this.isTerminal && process.env["TERM"] !== "dumb";
  }

  /** Columns of the terminal; 80 where standard output is not one. */
  get columns(): number {
    return this.isTerminal && !this.#mode.json ? Math.min(process.stdout.columns || 80, MAX_COLUMNS) : 80;
  }

  /** Says how output is written from now on. */
  use(mode: OutputMode): void {
    this.#mode = mode;
    this.isTerminal = mode.json ? this.errorIsTerminal : this.#goesToTerminal;
  }

  /**
   * Writes text for people and scripts, to standard output unless that is for JSON. Control characters in it are shown, and
   * control nothing.
   */
  out(text: string): void {
    this.draw(printable(text));
  }

  /** The same for text with control sequences of our own, in which everything else has been made {@link printable}. */
  draw(text: string): void {
    if (this.#mode.json) writeAll(2, encode(text, this.errorIsTerminal));
    else this.#write(encode(text, this.#goesToTerminal));
  }

  /** Writes text to standard error, at once; control characters are shown. */
  err(text: string): void {
    writeAll(2, encode(printable(text), this.errorIsTerminal));
  }

  /** Writes a value as JSON to standard output; a list has one line for each element. Sizes may be bigint. */
  json(value: unknown): void {
    const lines = Array.isArray(value) ? value.map((element) => toJson(element)) : undefined;
    if (lines === undefined) this.#write(Buffer.from(`${toJson(value)}\n`));
    else this.#write(Buffer.from(lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`));
  }

  /** Writes what is held of standard output. */
  flush(): void {
    const all = Buffer.concat(this.#held);
    this.#hold(Buffer.alloc(0));
    writeAll(1, all);
  }

  #write(bytes: Buffer): void {
    const atOnce = this.#goesToTerminal || (this.#mode.lineBuffered && bytes.includes(NEWLINE));
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (atOnce) {
      this.flush();
    } else if (this.#heldBytes >= BUFFER_SIZE) {
      const all = Buffer.concat(this.#held);
      const full = all.length - (all.length % BUFFER_SIZE);
      // Where it cannot be written, nothing of it is tried again at the end.
      this.#hold(Buffer.alloc(0));
      writeAll(1, all.subarray(0, full));
      this.#hold(all.subarray(full));
    }
  }

  #hold(bytes: Buffer): void {
    this.#held = bytes.length > 0 ? [bytes] : [];
    this.#heldBytes = bytes.length;
  }
}

/** A size beyond what a number holds exactly is no size that a disk could have. */
function toJson(value: unknown): string {
  const json = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "bigint" ? Number(each) : each,
  );
  // JSON itself escapes only those of ASCII.
  return json.replaceAll(/[\x7f-\x9f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}

/**
 * Bytes that are no UTF-8 are lone surrogates in our text, U+DC80 to U+DCFF; they come out as they came in, but for those
 * which could control a terminal that they come to.
 */
function encode(text: string, toTerminal: boolean): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text);
  const parts = Array.from(text, (character) => {
    if (!ESCAPED.test(character)) return Buffer.from(character);
    const byte = character.charCodeAt(0) & 0xff;
    return toTerminal && byte < CONTROLS_END ? Buffer.from(shownByte(byte)) : Buffer.of(byte);
  });
  return Buffer.concat(parts);
}

/** The reader of a pipe has gone: nothing more can be said, and nobody is there to hear it. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** What writing fails with then: a pipe of a Node program is a socket, which is reset where some was still to be read. */
const GONE: readonly unknown[] = ["EPIPE", "ECONNRESET"];

/** @throws ReaderGone; FatalError for any other refusal */
function writeAll(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (GONE.includes(code)) throw new ReaderGone("nobody reads what is written", { cause: error });
      if (code !== "EAGAIN") {
        const name = fd === 1 ? "standard output" : "standard error";
        throw new FatalError(`could not write to ${name}: ${systemReason(error)}`, { cause: error });
      }
      // The parent left the pipe non-blocking: give the reader a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
