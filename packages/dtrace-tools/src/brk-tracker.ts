import type { HeapTotals, ProcessHeap } from "./heap.ts";
import type { Profile } from "./profile/profile.ts";
import { quantize } from "./quantize.ts";

/** A list of more processes would say nothing more; the totals count all of them. */
const MAX_LISTED = 10_000;

/** A piece of memory with a heap in it; more than one process while a vfork lasts. */
interface Space {
  /** The last known end of the heap, which the next one is compared with. */
  end: number | undefined;
  /** Bytes grown since the first known end, those of a fork's parent included. */
  size: number;
  /** Of these, what was grown after the fork: inherited memory is shared, so a sum counts it once. */
  own: number;
}

interface Process {
  readonly pid: number;
  readonly sums: Sums;
  command: string;
  space: Space;
}

interface Sums {
  bytes: number;
  calls: number;
  released: number;
  peak: number;
  held: number;
  readonly buckets: Map<number, number>;
}

/**
 * Follows heaps of processes by what `brk` returns: growth is this result minus the one before, in each process.
 *
 * The first result of a program is where its heap begins. A forked child begins with its parent's heap, exec
 * begins a new one.
 */
export class BrkTracker {
  readonly #profile: Profile;
  readonly #live = new Map<number, Process>();
  readonly #finished: ProcessHeap[] = [];
  readonly #all: Sums = emptySums();
  #now = 0;
  #unlisted = 0;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  /** Processes that ended after the list was full. */
  get unlisted(): number {
    return this.#unlisted;
  }

  /** A process was born; its memory is a copy of its parent's, or the same until it runs a program (vfork). */
  fork(pid: number, parentPid: number, sharesMemory: boolean): void {
    this.exit(pid);
    const parent = this.#process(parentPid);
    const space = sharesMemory ? parent.space : { ...parent.space, own: 0 };
    const sums = emptySums();
    if (!sharesMemory) sums.peak = space.size;
    this.#live.set(pid, { pid, command: parent.command, space, sums });
  }

  /** A process runs another program, with a heap of its own. */
  exec(pid: number, command: string): void {
    const process = this.#process(pid);
    const shared = this.#sharers(process.space) > 1;
    if (!shared) this.#now -= Math.max(process.space.own, 0);
    process.space = emptySpace();
    process.command = command;
  }

  /** A call of brk returned the end of the heap; frames are root first, without the process. */
  brk(pid: number, end: number, frames: readonly string[]): void {
    const process = this.#process(pid);
    const { space } = process;
    const change = end - (space.end ?? end);
    space.end = end;
    if (change === 0) return;
    this.#now -= Math.max(space.own, 0);
    space.size += change;
    space.own += change;
    this.#now += Math.max(space.own, 0);
    count(process.sums, change, space.size);
    count(this.#all, change, this.#now);
    if (change > 0) this.#profile.add([process.command, ...frames], change);
  }

  /** A process has ended. */
  exit(pid: number): void {
    const process = this.#live.get(pid);
    if (process === undefined) return;
    const last = this.#sharers(process.space) === 1;
    this.#live.delete(pid);
    if (last) {
      this.#now -= Math.max(process.space.own, 0);
      this.#all.held += Math.max(process.space.own, 0);
      process.sums.held = Math.max(process.space.size, 0);
    }
    if (this.#finished.length < MAX_LISTED) {
      this.#finished.push({ pid, command: process.command, ...process.sums });
    } else {
      this.#unlisted++;
    }
  }

  /** Ends what has not ended, and sums up. */
  finish(): { totals: HeapTotals; processes: readonly ProcessHeap[] } {
    for (const pid of this.#live.keys()) this.exit(pid);
    return { totals: this.#all, processes: this.#finished };
  }

  #process(pid: number): Process {
    let process = this.#live.get(pid);
    if (process === undefined) {
      process = { pid, command: `pid ${pid}`, space: emptySpace(), sums: emptySums() };
      this.#live.set(pid, process);
    }
    return process;
  }

  #sharers(space: Space): number {
    let sharers = 0;
    for (const process of this.#live.values()) if (process.space === space) sharers++;
    return sharers;
  }
}

function emptySpace(): Space {
  return { end: undefined, size: 0, own: 0 };
}

function emptySums(): Sums {
  return { bytes: 0, calls: 0, released: 0, peak: 0, held: 0, buckets: new Map() };
}

function count(sums: Sums, change: number, size: number): void {
  if (change > 0) {
    sums.bytes += change;
    sums.calls++;
    quantize(sums.buckets, change);
  } else {
    sums.released -= change;
  }
  sums.peak = Math.max(sums.peak, size);
}
