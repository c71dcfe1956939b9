import { lines } from "../lines.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";

/** `@name[`, or with keys before the stack `@name[key, 12, `. */
const OPEN = /^(@\w*)\[((?:[^\]]*, ?)?)$/;
/** `]: 12`, or with keys after the stack `, key]: 12`. */
const CLOSE = /^(?:, (.*))?\]: (-?\d+)$/;
/** `@name: 12`, `@name[key]: 12`. */
const SUM = /^(@\w*(?:\[.*\])?): (-?\d+)$/;
const TITLE = /^(@\w*(?:\[.*\])?): *$/;
/** A row of hist(): `[128K, 256K)   68 |@@@ |`, `[1]`, `[0, 1)`, `(..., 0)`. */
const ROW = /^[[(](-?\d+[KMGTPE]?|\.\.\.)(?:, [^\])]*)?[\])] +(\d+) \|/;
const LOST = /^Lost (\d+) events?$/;
const UNITS = ["", "K", "M", "G", "T", "P", "E"];

/**
 * Reads the maps that bpftrace prints: stacks weighed by their values, hist() and numbers by the map's name.
 *
 * Keys beside the stack, such as the process's name, become its root. A stack that is printed twice counts twice.
 * Where several maps have stacks, those of the first are taken.
 */
export async function importBpftrace(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const reader = new BpftraceReader();
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

/** Tells whether a line is one that only bpftrace writes. */
export function isBpftrace(line: string): boolean {
  return OPEN.test(line) || SUM.test(line) || TITLE.test(line) || /^Attaching \d+ probes?\.\.\.$/.test(line);
}

class BpftraceReader {
  readonly #profiles = new Map<string, Profile>();
  readonly #distributions = new Map<string, Map<number, number>>();
  readonly #sums = new Map<string, number>();
  /** The stack that is being read, leaf first. */
  #open: { map: string; keys: string[]; frames: string[] } | undefined;
  #distribution: Map<number, number> | undefined;
  #lost = 0;

  line(text: string): void {
    if (this.#open === undefined) {
      this.#outside(text);
      return;
    }
    const close = CLOSE.exec(text);
    if (close === null) {
      // A comma alone is between a kernel's and a user's stack.
      if (!/^,? *$/.test(text)) this.#open.frames.push(frameName(text.trim()));
      return;
    }
    const { map, keys, frames } = this.#open;
    const root = [...keys, ...(close[1] === undefined ? [] : [close[1]])];
    const profile = this.#profiles.get(map) ?? new Profile("bytes");
    this.#profiles.set(map, profile);
    if (Number(close[2]) > 0) profile.add([...root, ...frames.toReversed()], Number(close[2]));
    this.#open = undefined;
  }

  finish(): Imported {
    const [first, ...others] = this.#profiles.keys();
    const warnings = others.map((name) => `the stacks of ${name} are left out: those of ${first} are taken`);
    if (this.#open !== undefined) warnings.push("the trace ends in the middle of a stack");
    return {
      profile: this.#profiles.get(first ?? "") ?? new Profile("bytes"),
      distributions: this.#distributions,
      sums: this.#sums,
      lost: this.#lost,
      warnings,
    };
  }

  #outside(text: string): void {
    const row = this.#distribution === undefined ? null : ROW.exec(text);
    if (row !== null) {
      const count = Number(row[2]);
      if (count > 0) this.#distribution?.set(bucketFrom(row[1] ?? ""), count);
      return;
    }
    this.#distribution = undefined;
    const [, map, keys = ""] = OPEN.exec(text) ?? [];
    if (map !== undefined) {
      this.#open = { map, keys: keys.split(/, ?/).filter((key) => key !== ""), frames: [] };
      return;
    }
    const [, name = "", value] = SUM.exec(text) ?? [];
    if (value !== undefined) this.#sums.set(name, Number(value));
    const title = TITLE.exec(text)?.[1];
    if (title !== undefined) this.#distributions.set(title, (this.#distribution = new Map()));
    this.#lost += Number(LOST.exec(text)?.[1] ?? 0);
  }
}

/** `main+41`, `7f6c6601a9b3 __mmap64+19 (/usr/lib/libc.so.6)`: the name; an address stays where there is none. */
export function frameName(text: string): string {
  const [, name = text, object] = /^[0-9a-f]{5,16} (.*?)(?: \(([^()]*)\))?$/.exec(text) ?? [];
  if (object !== undefined && name.startsWith("0x") && object !== "[unknown]") {
    return `[${object.slice(object.lastIndexOf("/") + 1)}]`;
  }
  return name.replace(/\+\d+$/, "");
}

/** `128K` as a number; what is below all buckets is negative. */
function bucketFrom(text: string): number {
  if (text === "...") return -1;
  const unit = /[KMGTPE]$/.exec(text)?.[0] ?? "";
  return Number(text.slice(0, text.length - unit.length)) * 1024 ** UNITS.indexOf(unit);
}
