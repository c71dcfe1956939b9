import { wholeLines } from "../byte-lines.ts";
import { TraceFormatError } from "../errors.ts";
import { Profile, type Unit } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";
import { LineTable } from "./line-table.ts";

const MAX_FRAMES = 65_536;
const [LINE_END, BLANK, HASH, SEMICOLON] = [0x0a, 0x20, 0x23, 0x3b];
const NUMBER = /^\d+(?:\.\d+)?$/;

/**
 * Reads folded stacks, a line each: frames root first with `;` between them, a blank, a number.
 *
 * @throws TraceFormatError with the number of the first line that is something else
 */
export async function importFolded(
  input: AsyncIterable<Uint8Array>,
  unit: Unit = "bytes",
): Promise<Imported> {
  const reader = new FoldedReader(unit);
  for await (const block of wholeLines(input)) reader.block(block);
  return { profile: reader.profile, lost: 0, warnings: [] };
}

/** Tells whether a line is a folded stack. */
export function isFolded(line: string): boolean {
  const blank = line.trimEnd().lastIndexOf(" ");
  return blank > 0 && NUMBER.test(line.slice(blank + 1).trimEnd());
}

class FoldedReader {
  readonly profile: Profile;
  readonly #table = new LineTable();
  readonly #explain = (name: string): number => this.profile.frame(name);
  /** Filled from its end, since a folded stack comes root first. */
  readonly #frames = new Int32Array(MAX_FRAMES);
  #number = 0;

  constructor(unit: Unit) {
    this.profile = new Profile(unit);
  }

  block(bytes: Uint8Array): void {
    for (let from = 0, end = 0; from < bytes.length; from = end + 1) {
      end = from;
      while (bytes[end] !== LINE_END) end++;
      this.#number++;
      let to = end;
      while (to > from && (bytes[to - 1] ?? 0) <= BLANK) to--;
      if (to > from && bytes[from] !== HASH) this.#line(bytes, from, to);
    }
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    let blank = to - 1;
    while (blank > from && bytes[blank] !== BLANK) blank--;
    const number = textOf(bytes, blank + 1, to);
    if (blank === from || !NUMBER.test(number)) {
      const found = JSON.stringify(textOf(bytes, from, Math.min(to, from + 60)));
      throw new TraceFormatError(
        this.#number,
        `line ${this.#number}: expected "frame;frame NUMBER", found ${found}`,
      );
    }
    // Some writers put a `;` or more blanks before the number too.
    let end = blank;
    while (end > from && bytes[end - 1] === BLANK) end--;
    if (bytes[end - 1] === SEMICOLON) end--;
    const depth = this.#stack(bytes, from, end);
    this.profile.addLeafFirst(this.#frames.subarray(MAX_FRAMES - depth), depth, Number(number));
  }

  #stack(bytes: Uint8Array, from: number, end: number): number {
    let depth = 0;
    for (let start = from, at = from; at <= end; at++) {
      if (at < end && bytes[at] !== SEMICOLON) continue;
      depth++;
      if (depth > MAX_FRAMES) {
        const most = `line ${this.#number}: expected at most ${MAX_FRAMES} frames, found more`;
        throw new TraceFormatError(this.#number, most);
      }
      this.#frames[MAX_FRAMES - depth] = this.#table.meaningOf(bytes, start, at, this.#explain);
      start = at + 1;
    }
    return depth;
  }
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
}
