import type { Profile } from "../profile/profile.ts";
import { MemoryMap } from "./memory-map.ts";
import { count, emptySums, type Sums } from "./sums.ts";
import { Timeline, type TimePoint } from "./timeline.ts";
import type { HeapTotals, ProcessHeap } from "./totals.ts";

/** A list of more processes would say nothing more; the totals count all of them. */
const MAX_LISTED = 10_000;

/** A piece of memory with a heap in it; more than one process while a vfork lasts. */
interface Space {
  /** The last known end of the heap, which the next one is compared with. */
  end: number | undefined;
  /** Memory outside the classic heap. */
  map: MemoryMap;
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

/** A call that returned well and changed the memory of a process, or a page fault that made more of it resident. */
export type MemoryCall =
  | { readonly name: "brk"; readonly end: number }
  | { readonly name: "fault"; readonly length: number }
  /** `counts`: private, anonymous and writable; `reserves`: private and anonymous, but not writable. */
  | { readonly name: "mmap"; readonly start: number; readonly length: number; readonly kind: MappingKind }
  | { readonly name: "munmap"; readonly start: number; readonly length: number }
  | { readonly name: "mprotect"; readonly start: number; readonly length: number; readonly writable: boolean }
  | { readonly name: "mremap"; readonly from: Range; readonly to: Range };

/** What a mapping is: memory of the heap, room for it, or something else such as a file. */
export type MappingKind = "counts" | "other" | "reserves";

interface Range {
  readonly start: number;
  readonly length: number;
}

/** How heaps stand while they are traced; valid until the next event. */
export interface LiveHeap {
  readonly totals: HeapTotals;
  /** Size of all heaps together, in bytes. */
  readonly now: number;
  /** The processes that live. */
  readonly pids: readonly number[];
  readonly profile: Profile;
}

/** When and where a call was made. */
export interface CallSite {
  readonly pid: number;
  /** Names of the frames, root first, without the process. */
  readonly frames: readonly string[];
  /** In milliseconds, of any clock; undefined where the trace does not tell. */
  readonly time?: number | undefined;
}

/**
 * Follows heaps of processes by their calls of brk, and of mmap, munmap, mremap and mprotect where the trace has them.
 *
 * Growth by brk is this result minus the one before, in each process; the first result of a program is where its
 * heap begins. A forked child begins with its parent's memory, exec begins anew.
 */
export class HeapTracker {
  readonly #profile: Profile;
  readonly #live = new Map<number, Process>();
  readonly #finished: ProcessHeap[] = [];
  readonly #all: Sums = emptySums();
  readonly #timeline = new Timeline();
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
    const space = sharesMemory ? parent.space : { ...parent.space, own: 0, map: parent.space.map.clone() };
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

  /** A process is followed from now on; what it has already does not count. */
  adopt({ pid, command, heapEnd }: { pid: number; command: string; heapEnd: number | undefined }): void {
    const process = this.#process(pid);
    process.command = command;
    process.space.end = heapEnd;
  }

  /** A call has changed memory. */
  call(call: MemoryCall, site: CallSite): void {
    const process = this.#process(site.pid);
    const { space } = process;
    const change = apply(space, call);
    if (change === 0) return;
    this.#now -= Math.max(space.own, 0);
    space.size += change;
    space.own += change;
    this.#now += Math.max(space.own, 0);
    count(process.sums, change, space.size);
    count(this.#all, change, this.#now);
    if (site.time !== undefined) this.#timeline.add(site.time, this.#now);
    if (change > 0) this.#profile.add([process.command, ...site.frames], change);
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

  /** How things stand now. */
  live(): LiveHeap {
    return { totals: this.#all, now: this.#now, pids: [...this.#live.keys()], profile: this.#profile };
  }

  /** Ends what has not ended, and sums up. */
  finish(): { totals: HeapTotals; processes: readonly ProcessHeap[]; timeline: readonly TimePoint[] } {
    for (const pid of this.#live.keys()) this.exit(pid);
    return { totals: this.#all, processes: this.#finished, timeline: this.#timeline.points() };
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
  return { end: undefined, map: new MemoryMap(), size: 0, own: 0 };
}

/** Carries a call out on a memory; gives how many bytes of heap there are more, or less. */
function apply(space: Space, call: MemoryCall): number {
  const { map } = space;
  switch (call.name) {
    case "brk": {
      const change = call.end - (space.end ?? call.end);
      space.end = call.end;
      return change;
    }
    case "fault":
      return call.length;
    case "mmap":
      return call.kind === "other"
        ? map.unmap(call.start, call.length)
        : map.map(call.start, call.length, call.kind === "counts");
    case "munmap":
      return map.unmap(call.start, call.length);
    case "mprotect":
      return map.protect(call.start, call.length, call.writable);
    case "mremap":
      return map.remap(call.from, call.to);
  }
}
