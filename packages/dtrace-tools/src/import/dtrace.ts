import { lines } from "../lines.ts";
import { Profile } from "../profile.ts";
import type { Imported } from "./imported.ts";

/** Longer stacks than this are text of some other kind. */
const MAX_FRAMES = 4096;
/** `object`function+0xoffset`, `object`0xaddress`, `0xaddress`; a C++ function may have blanks. */
const FRAME = /^ +(?:\S+`\S.*|0x[0-9a-f]+)$/;
const QUANTIZE_HEADING = /^ +value +-+ Distribution -+ +count *$/;
const QUANTIZE_ROW = /^ *(-?\d+) [ @]*\|[ @]* +(-?\d+) *$/;
const SUM = /^ {2}(\S.*?) {2,}(-?\d+) *$/;

/**
 * Reads what DTrace prints: `@[ustack()] = sum(x)` as stacks weighed by their value, `quantize()` and sums by title.
 *
 * Other text, such as the target's own output and DTrace's heading, is passed over; a frame has its shape.
 */
export async function importDtrace(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const reader = new DtraceReader();
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

class DtraceReader {
  readonly #profile = new Profile("bytes");
  readonly #distributions = new Map<string, Map<number, number>>();
  readonly #sums = new Map<string, number>();
  #frames: string[] = [];
  #distribution: Map<number, number> | undefined;
  #previous = "";

  line(text: string): void {
    if (!this.#quantize(text)) this.#stack(text);
    if (text.trim() !== "") this.#previous = text;
  }

  finish(): Imported {
    const warnings = this.#frames.length > 0 ? ["the trace ends in the middle of a stack"] : [];
    return {
      profile: this.#profile,
      distributions: this.#distributions,
      sums: this.#sums,
      lost: 0,
      warnings,
    };
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

  #stack(text: string): void {
    if (FRAME.test(text) && this.#frames.length < MAX_FRAMES) {
      this.#frames.push(frameName(text.trim()));
    } else if (this.#frames.length > 0 && /^ +-?\d+ *$/.test(text)) {
      const value = Number(text);
      // The heap may shrink; a flame graph shows what made it grow.
      if (value > 0) this.#profile.add(this.#frames.toReversed(), value);
      this.#frames = [];
    } else if (this.#frames.length > 0 && (text.trim() === "" || /^ +\[.*\]$/.test(text))) {
      // Between a kernel and a user stack there is an empty line; `[ text ]` is a note.
    } else {
      this.#frames = [];
      const sum = SUM.exec(text);
      if (sum !== null) this.#sums.set(sum[1] ?? "", (this.#sums.get(sum[1] ?? "") ?? 0) + Number(sum[2]));
    }
  }
}

/** ``libc.so.1`_brk_unlocked+0xa`` without the offset; unresolved addresses stay as they are. */
function frameName(text: string): string {
  return text.replace(/\+0x[0-9a-f]+$/, "");
}
