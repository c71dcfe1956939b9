import { TraceFormatError } from "../errors.ts";
import { Timeline } from "../heap/timeline.ts";
import { lines } from "../lines.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";
import { valgrindFrame } from "./valgrind-frame.ts";

/** A node of a snapshot's tree: what it says, and its depth by the blanks before it. */
const NODE = /^( *)n\d+: (\d+) (.*)$/;
/** What massif says of the frames too small to be listed. */
const REST = /^in \d+ places?, /;

/** A node of the path that is being read. */
interface Open {
  readonly name: string | undefined;
  /** Bytes that no node below it has. */
  rest: number;
}

/**
 * Reads what `valgrind --tool=massif` writes: the stacks of the largest snapshot that has any.
 *
 * It tells how large a heap was at some moments; what was allocated in all is not in it.
 *
 * @throws TraceFormatError where it is no such file
 */
export async function importMassif(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const reader = new MassifReader();
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

class MassifReader {
  readonly #timeline = new Timeline();
  #profile = new Profile("bytes");
  /** Bytes of the snapshot whose stacks are kept. */
  #kept = 0;
  #peak = 0;
  #last = 0;
  #snapshots = 0;
  #inTime = false;
  #time = 0;
  /** The tree that is being read, and the path to its last node, allocation functions first. */
  #tree: Profile | undefined;
  #path: Open[] = [];

  line(text: string): void {
    const node = this.#tree === undefined ? null : NODE.exec(text);
    if (node !== null) {
      this.#node((node[1] ?? "").length, Number(node[2]), node[3] ?? "");
      return;
    }
    const [, key = "", value = ""] = /^(\w+)[=:] ?(.*)$/.exec(text) ?? [];
    if (key === "time_unit") this.#inTime = value === "ms";
    if (key === "snapshot") this.#endTree();
    if (key === "time") this.#time = Number(value);
    if (key === "mem_heap_B") this.#size(Number(value));
    if (key === "heap_tree" && value !== "empty") this.#tree = new Profile("bytes");
  }

  finish(): Imported {
    this.#endTree();
    if (this.#snapshots === 0) throw new TraceFormatError(0, "expected snapshots of massif, found none");
    const warnings: string[] = [
      "massif tells how large the heap was, not what was allocated in all: the total is its largest size",
    ];
    if (this.#kept < this.#peak) {
      warnings.push(`the stacks are those of ${this.#kept} bytes; the largest heap had ${this.#peak}`);
    }
    const [peak, held] = [this.#peak, this.#last];
    const totals = { bytes: peak, calls: 0, released: peak - held, peak, held, buckets: new Map() };
    const timeline = this.#inTime ? this.#timeline.points() : [];
    return { profile: this.#profile, heap: { totals, processes: [], timeline }, lost: 0, warnings };
  }

  #size(bytes: number): void {
    this.#snapshots++;
    this.#last = bytes;
    this.#peak = Math.max(this.#peak, bytes);
    this.#timeline.add(this.#time, bytes);
  }

  #node(depth: number, bytes: number, text: string): void {
    this.#closeTo(depth);
    const caller = this.#path.at(-1);
    if (caller !== undefined) caller.rest -= bytes;
    const name = depth === 0 || REST.test(text) ? undefined : valgrindFrame(text);
    this.#path.push({ name, rest: bytes });
  }

  /** Charges what the nodes of the path from a depth on have for themselves. */
  #closeTo(depth: number): void {
    while (this.#path.length > depth) {
      const names = this.#path.map(({ name }) => name).filter((name) => name !== undefined);
      const { rest } = this.#path.pop() ?? { rest: 0 };
      if (rest > 0) this.#tree?.add(names.toReversed(), rest);
    }
  }

  #endTree(): void {
    if (this.#tree === undefined) return;
    this.#closeTo(0);
    if (this.#last >= this.#kept) {
      this.#profile = this.#tree;
      this.#kept = this.#last;
    }
    this.#tree = undefined;
  }
}
