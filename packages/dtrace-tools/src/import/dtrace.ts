import { wholeLines } from "../byte-lines.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";
import { LineTable } from "./line-table.ts";

/** Longer stacks than this are text of some other kind. */
const MAX_FRAMES = 4096;
/** `object`function+0xoffset`, `object`0xaddress`, `0xaddress`; a C++ function may have blanks. */
const FRAME = /^(?:\S+`\S.*|0x[0-9a-f]+)$/;
const QUANTIZE_HEADING = /^ +value +-+ Distribution -+ +count *$/;
const QUANTIZE_ROW = /^ *(-?\d+) [ @]*\|[ @]* +(-?\d+) *$/;
const SUM = /^ {2}(\S.*?) {2,}(-?\d+) *$/;
const [LINE_END, RETURN, TAB, BLANK, PLUS, ZERO, NINE, X] = [0x0a, 0x0d, 0x09, 0x20, 0x2b, 0x30, 0x39, 0x78];

/**
 * Reads what DTrace prints: `@[ustack()] = sum(x)` as stacks weighed by their value, `quantize()` and sums by title.
 *
 * Other text, such as the target's own output and DTrace's heading, is passed over; a frame has its shape.
 */
export async function importDtrace(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const reader = new DtraceReader();
  for await (const block of wholeLines(input)) reader.block(block);
  return reader.finish();
}

/** Frames and values are nearly all of a trace and are read as bytes; the rest as text. */
class DtraceReader {
  readonly #profile = new Profile("bytes");
  readonly #distributions = new Map<string, Map<number, number>>();
  readonly #sums = new Map<string, number>();
  readonly #table = new LineTable();
  readonly #explain = (text: string): number => (FRAME.test(text) ? this.#profile.frame(text) : -1);
  /** The stack that is being read, leaf first. */
  readonly #frames = new Int32Array(MAX_FRAMES);
  #depth = 0;
  #distribution: Map<number, number> | undefined;
  #previous = "";

  block(bytes: Uint8Array): void {
    for (let from = 0, end = 0; from < bytes.length; from = end + 1) {
      end = from;
      while (bytes[end] !== LINE_END) end++;
      let to = end;
      while (to > from && isBlank(bytes[to - 1])) to--;
      let start = from;
      while (start < to && (bytes[start] === BLANK || bytes[start] === TAB)) start++;
      const plain =
        this.#distribution === undefined && start > from && start < to && this.#fast(bytes, start, to);
      if (!plain) this.#line(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8"));
    }
  }

  finish(): Imported {
    const warnings = this.#depth > 0 ? ["the trace ends in the middle of a stack"] : [];
    return {
      profile: this.#profile,
      distributions: this.#distributions,
      sums: this.#sums,
      lost: 0,
      warnings,
    };
  }

  /** Reads a line that is a frame or, after a stack, its value; tells whether it was one. */
  #fast(bytes: Uint8Array, start: number, to: number): boolean {
    const value = wholeNumber(bytes, start, to);
    if (value !== undefined) {
      if (this.#depth === 0) return false;
      // The heap may shrink; a flame graph shows what made it grow.
      if (value > 0) this.#profile.addLeafFirst(this.#frames, this.#depth, value);
      this.#depth = 0;
      return true;
    }
    if (this.#depth === MAX_FRAMES || !mayBeFrame(bytes, start, to)) return false;
    // The same function is called from many places.
    const end = withoutOffset(bytes, start, to);
    const frame = this.#table.meaningOf(bytes, start, end, this.#explain);
    if (frame === -1) return false;
    this.#frames[this.#depth++] = frame;
    return true;
  }

  #line(text: string): void {
    if (!this.#quantize(text)) this.#text(text);
    if (text !== "") this.#previous = text;
  }

  #quantize(text: string): boolean {
    if (QUANTIZE_HEADING.test(text)) {
      const title = this.#previous.trim();
      this.#distribution = this.#distributions.get(title) ?? new Map<number, number>();
      this.#distributions.set(title, this.#distribution);
      return true;
    }
    const row = this.#distribution === undefined ? null : QUANTIZE_ROW.exec(text);
    if (row === null || this.#distribution === undefined) {
      this.#distribution = undefined;
      return false;
    }
    const bucket = Number(row[1]);
    const count = Number(row[2]);
    if (count !== 0) this.#distribution.set(bucket, (this.#distribution.get(bucket) ?? 0) + count);
    return true;
  }

  #text(text: string): void {
    // Between a kernel and a user stack there is an empty line; `[ text ]` is a note.
    if (this.#depth > 0 && (text === "" || /^ +\[.*\]$/.test(text))) return;
    this.#depth = 0;
    const sum = SUM.exec(text);
    if (sum !== null) this.#sums.set(sum[1] ?? "", (this.#sums.get(sum[1] ?? "") ?? 0) + Number(sum[2]));
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === TAB || byte === RETURN;
}

function wholeNumber(bytes: Uint8Array, start: number, to: number): number | undefined {
  const negative = bytes[start] === 0x2d;
  let value = 0;
  for (let at = negative ? start + 1 : start; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) return undefined;
    value = value * 10 + byte - ZERO;
  }
  return negative ? -value : value;
}

/** Keeps what cannot be a frame out of the table, which would grow with the target's own output. */
function mayBeFrame(bytes: Uint8Array, start: number, to: number): boolean {
  if (bytes[start] === ZERO && bytes[start + 1] === X) return true;
  for (let at = start; at < to; at++) {
    if (bytes[at] === 0x60) return true;
    if (bytes[at] === BLANK) return false;
  }
  return false;
}

/** Where ``libc.so.1`_brk_unlocked+0xa`` ends without the offset; unresolved addresses stay as they are. */
function withoutOffset(bytes: Uint8Array, start: number, to: number): number {
  let at = to - 1;
  while (at > start && isHexDigit(bytes[at] ?? 0)) at--;
  const offset =
    at < to - 1 && at - 2 > start && bytes[at] === X && bytes[at - 1] === ZERO && bytes[at - 2] === PLUS;
  return offset ? at - 2 : to;
}

function isHexDigit(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= 0x61 && byte <= 0x66);
}
