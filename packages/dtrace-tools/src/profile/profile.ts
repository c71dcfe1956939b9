import { growTree, type ProfileTree } from "./tree.ts";

/** What the values of a profile count. */
export type Unit = "bytes" | "samples";

/** One distinct stack of a profile. */
export interface Stack {
  /** Names of the frames, root first. */
  readonly frames: readonly string[];
  /** Bytes or samples of this very stack, without those of longer ones. */
  readonly value: number;
  /** How many events make up the value. */
  readonly count: number;
}

const FIRST_ROOM = 1024;
const GROWTH = 2;

/**
 * Weighted stacks of interned frames: memory grows with distinct stacks, not with events.
 *
 * Stacks lie end to end in one column of frame numbers; the prefix tree is made of them when it is asked for.
 */
export class Profile {
  readonly unit: Unit;
  readonly #names: string[] = [];
  readonly #nameIds = new Map<string, number>();
  /** Frame numbers of all stacks, root first. */
  #frames = new Int32Array(FIRST_ROOM);
  #used = 0;
  /** Where each stack begins; it ends where the next one does. */
  #starts = new Int32Array(FIRST_ROOM);
  #hashes = new Int32Array(FIRST_ROOM);
  #values = new Float64Array(FIRST_ROOM);
  #counts = new Float64Array(FIRST_ROOM);
  #size = 0;
  /** Stacks by their hash, plus one; 0 is free. */
  #slots = new Int32Array(FIRST_ROOM * 2);
  #tree: ProfileTree | undefined;

  constructor(unit: Unit = "bytes") {
    this.unit = unit;
  }

  /** How many different frames there are. */
  get frameCount(): number {
    return this.#names.length;
  }

  /** The names of all frames, by their numbers. */
  get frameNames(): readonly string[] {
    return this.#names;
  }

  /** How many different stacks there are. */
  get stackCount(): number {
    return this.#size;
  }

  /** Sum of all values. */
  get total(): number {
    let sum = 0;
    for (let stack = 0; stack < this.#size; stack++) sum += this.#values[stack] ?? 0;
    return sum;
  }

  /** Adds a value to a stack, whose frames are given root first; returns the stack's number. */
  add(frames: readonly string[], value: number, count = 1): number {
    this.#reserve(frames.length);
    for (let at = 0; at < frames.length; at++) this.#frames[this.#used + at] = this.frame(frames[at] ?? "");
    return this.#weigh(frames.length, value, count);
  }

  /** The number of a frame, for `addLeafFirst`. */
  frame(name: string): number {
    let id = this.#nameIds.get(name);
    if (id === undefined) {
      id = this.#names.push(name) - 1;
      this.#nameIds.set(name, id);
    }
    return id;
  }

  /** Adds a value to a stack of numbered frames, the first `length` of `frames`, leaf first as tracers print them. */
  addLeafFirst(frames: Int32Array, length: number, value: number): number {
    this.#reserve(length);
    const end = this.#used + length - 1;
    for (let at = 0; at < length; at++) this.#frames[end - at] = frames[at] ?? 0;
    return this.#weigh(length, value, 1);
  }

  /** Every distinct stack, in the order of first appearance. */
  *stacks(): Generator<Stack> {
    for (let stack = 0; stack < this.#size; stack++) {
      const frames: string[] = [];
      const end = this.#endOf(stack);
      for (let at = this.#starts[stack] ?? 0; at < end; at++) {
        frames.push(this.#names[this.#frames[at] ?? 0] ?? "");
      }
      yield { frames, value: this.#values[stack] ?? 0, count: this.#counts[stack] ?? 0 };
    }
  }

  /** The prefix tree of the stacks as they are now; it is kept until the next one is added. */
  tree(): ProfileTree {
    this.#tree ??= growTree({
      names: this.#names,
      frames: this.#frames.subarray(0, this.#used),
      starts: this.#starts.subarray(0, this.#size),
      values: this.#values,
    });
    return this.#tree;
  }

  /** Counts the stack that lies at the end of the column, and keeps it there where it is new. */
  #weigh(length: number, value: number, count: number): number {
    this.#tree = undefined;
    const hash = this.#hashOfLast(length);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    let stack = (this.#slots[slot] ?? 0) - 1;
    while (stack !== -1 && !(this.#hashes[stack] === hash && this.#isLast(stack, length))) {
      slot = (slot + 1) & mask;
      stack = (this.#slots[slot] ?? 0) - 1;
    }
    if (stack === -1) {
      if (this.#size === this.#starts.length) this.#growColumns();
      stack = this.#size++;
      this.#starts[stack] = this.#used;
      this.#hashes[stack] = hash;
      this.#used += length;
      this.#slots[slot] = this.#size;
      if (this.#size * 2 > this.#slots.length) this.#rehash();
    }
    this.#values[stack] = (this.#values[stack] ?? 0) + value;
    this.#counts[stack] = (this.#counts[stack] ?? 0) + count;
    return stack;
  }

  #hashOfLast(length: number): number {
    let hash = length;
    for (let at = this.#used; at < this.#used + length; at++) {
      hash = Math.imul(hash ^ (this.#frames[at] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #isLast(stack: number, length: number): boolean {
    const start = this.#starts[stack] ?? 0;
    if (this.#endOf(stack) - start !== length) return false;
    for (let at = 0; at < length; at++) {
      if (this.#frames[start + at] !== this.#frames[this.#used + at]) return false;
    }
    return true;
  }

  #endOf(stack: number): number {
    return stack + 1 < this.#size ? (this.#starts[stack + 1] ?? 0) : this.#used;
  }

  #reserve(length: number): void {
    if (this.#used + length <= this.#frames.length) return;
    const larger = new Int32Array((this.#used + length) * GROWTH);
    larger.set(this.#frames);
    this.#frames = larger;
  }

  #growColumns(): void {
    const room = this.#size * GROWTH;
    const [starts, hashes] = [new Int32Array(room), new Int32Array(room)];
    const [values, counts] = [new Float64Array(room), new Float64Array(room)];
    starts.set(this.#starts);
    hashes.set(this.#hashes);
    values.set(this.#values);
    counts.set(this.#counts);
    [this.#starts, this.#hashes, this.#values, this.#counts] = [starts, hashes, values, counts];
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let stack = 0; stack < this.#size; stack++) {
      let slot = (this.#hashes[stack] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = stack + 1;
    }
    this.#slots = slots;
  }
}
