/*
 * What heaptrack_interpret writes, and heaptrack keeps compressed in heaptrack.PROGRAM.PID.gz (version 1.x): lines of a
 * letter and hexadecimal numbers.
 *
 *   v VERSION FILE_VERSION   X COMMAND         s LENGTH TEXT (a string; they are numbered from 1)
 *   i ADDRESS MODULE [FUNCTION FILE LINE]...   an instruction; with several functions the first is inlined into the next
 *   t INSTRUCTION PARENT                       a stack by its leaf and the stack that called it; 0 is none
 *   a SIZE STACK                               a kind of allocation, numbered from 0
 *   + KIND   - KIND                            one was made, or freed
 *   c MILLISECONDS                             the time
 */
import { TraceFormatError } from "../errors.ts";
import { count, emptySums } from "../heap/sums.ts";
import { Timeline } from "../heap/timeline.ts";
import { lines } from "../lines.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";

/** Files of older versions have strings without their lengths. */
const FIRST_WITH_LENGTHS = 3;

/**
 * Reads a heaptrack file, decompressed: stacks weighed by the bytes that they asked for, freed or not.
 *
 * @throws TraceFormatError where it is none
 */
export async function importHeaptrack(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const reader = new HeaptrackReader();
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

/** Tells whether text begins as a heaptrack file does. */
export function isHeaptrack(head: string): boolean {
  return /^v [0-9a-f]+ [0-9a-f]+\n/.test(head);
}

class HeaptrackReader {
  readonly #strings = [""];
  /** Names of each instruction's functions, innermost first. */
  readonly #instructions: string[][] = [[]];
  readonly #leaves = [0];
  readonly #parents = [0];
  readonly #sizes: number[] = [];
  readonly #stacks: number[] = [];
  readonly #made: number[] = [];
  readonly #sums = emptySums();
  readonly #timeline = new Timeline();
  #now = 0;
  #time = 0;
  #fileVersion: number | undefined;
  #strange = 0;

  line(text: string): void {
    const rest = text.slice(2);
    const kind = text[0];
    if (this.#fileVersion === undefined) this.#version(text);
    else if (kind === "+" || kind === "-") this.#change(Number.parseInt(rest, 16), kind === "+");
    else if (kind === "s") this.#strings.push(this.#string(rest));
    else if (kind === "i") this.#instructions.push(this.#functions(rest.split(" ")));
    else if (kind === "t") this.#stack(rest);
    else if (kind === "a") this.#kind(rest);
    else if (kind === "c") this.#time = Number.parseInt(rest, 16);
    else if (text !== "" && !/^[#XIRAS]/.test(text)) this.#strange++;
  }

  finish(): Imported {
    if (this.#fileVersion === undefined) throw new TraceFormatError(0, "the trace is empty");
    const profile = new Profile("bytes");
    for (const [kind, made] of this.#made.entries()) {
      if (made > 0) profile.add(this.#frames(this.#stacks[kind] ?? 0), made * (this.#sizes[kind] ?? 0), made);
    }
    const warnings =
      this.#strange > 0 ? [`${this.#strange} lines are not heaptrack's and were passed over`] : [];
    const totals = { ...this.#sums, held: this.#now };
    const heap = { totals, processes: [], timeline: this.#timeline.points() };
    return { profile, heap, lost: 0, warnings };
  }

  #version(text: string): void {
    const found = /^v [0-9a-f]+ ([0-9a-f]+)$/.exec(text)?.[1];
    if (found === undefined) {
      const what = JSON.stringify(text.slice(0, 60));
      throw new TraceFormatError(1, `line 1: expected the version of a heaptrack file, found ${what}`);
    }
    this.#fileVersion = Number.parseInt(found, 16);
  }

  #string(rest: string): string {
    return (this.#fileVersion ?? 0) < FIRST_WITH_LENGTHS ? rest : rest.slice(rest.indexOf(" ") + 1);
  }

  #functions([address = "0", module = "0", ...frames]: string[]): string[] {
    const path = this.#text(module);
    const unnamed = path === "" ? `0x${address}` : `[${path.slice(path.lastIndexOf("/") + 1)}]`;
    const names: string[] = [];
    for (let at = 0; at < frames.length; at += 3) {
      const name = this.#text(frames[at]);
      names.push(name === "" ? unnamed : name);
    }
    return names.length > 0 ? names : [unnamed];
  }

  #text(index = "0"): string {
    return this.#strings[Number.parseInt(index, 16)] ?? "";
  }

  #stack(rest: string): void {
    const [leaf = 0, parent = 0] = numbers(rest);
    this.#leaves.push(leaf);
    // A stack can only be called by one that came before it; anything else would be a circle.
    this.#parents.push(parent < this.#parents.length ? parent : 0);
  }

  #kind(rest: string): void {
    const [size = 0, stack = 0] = numbers(rest);
    this.#sizes.push(size);
    this.#stacks.push(stack);
    this.#made.push(0);
  }

  #change(kind: number, made: boolean): void {
    const size = this.#sizes[kind];
    if (size === undefined) {
      this.#strange++;
      return;
    }
    this.#now += made ? size : -size;
    if (made) this.#made[kind] = (this.#made[kind] ?? 0) + 1;
    count(this.#sums, made ? size : -size, this.#now);
    this.#timeline.add(this.#time, this.#now);
  }

  #frames(stack: number): string[] {
    const frames: string[] = [];
    for (let at = stack; at > 0; at = this.#parents[at] ?? 0) {
      frames.push(...(this.#instructions[this.#leaves[at] ?? 0] ?? []));
    }
    return frames.toReversed();
  }
}

function numbers(text: string): number[] {
  return text.split(" ").map((number) => Number.parseInt(number, 16));
}
