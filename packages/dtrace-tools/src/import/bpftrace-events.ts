import { HeapTracker } from "../heap/tracker.ts";
import { lines } from "../lines.ts";
import { Profile } from "../profile/profile.ts";
import { frameName } from "./bpftrace.ts";
import type { Imported, RunningProcess } from "./imported.ts";

/** How `importBpftraceEvents` reads. */
export interface BpftraceEventsOptions {
  /** Count only what happens after this process first runs a program: before that it is a launcher. */
  readonly afterExecOf?: number | undefined;
  /** Gives the process that the trace is about, where it ran before; asked when every probe is attached. */
  readonly root?: (() => RunningProcess) | undefined;
  /** Told when every probe is attached. */
  readonly onReady: () => void;
  /** Told of each process or thread that is born, and of each process that runs a program. */
  readonly onBorn: (pid: number) => void;
  /** Told some times a second until when all events have come, by `clock`; undefined where some may still come. */
  readonly onCount: (until: number | undefined) => void;
  /** How long the system has been running, in nanoseconds. */
  readonly clock: () => number;
}

interface Event {
  readonly kind: string;
  readonly pid: number;
  /** In nanoseconds. */
  readonly time: number;
  /** A heap's end, the number of a child or thread, or a program's name. */
  readonly detail: string;
  /** Leaf first. */
  readonly frames: string[];
}

const EVENT = /^(brk|exec|exit|fork|thread) (\d+) (\d+)(?: (.*))?$/;
const TICK = /^tick (\d+)$/;
const COUNT = /^@events: (\d+)$/;
const READY = "ready";
/** How many events are held back at most: those of several processors come in pieces, each in its own order. */
const MOST_HELD = 250_000;
/** After so many counts without an event in between, what is missing is lost. */
const IDLE_COUNTS = 20;

/** Reads what `brkevents.bt` prints. */
export async function importBpftraceEvents(
  input: AsyncIterable<Uint8Array>,
  options: BpftraceEventsOptions,
): Promise<Imported> {
  const reader = new EventReader(options);
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

class EventReader {
  readonly #events: EventOrder;
  readonly #counts: Counts;
  readonly #options: BpftraceEventsOptions;
  /** Names of frames by the lines that tell of them. */
  readonly #names = new Map<string, string>();
  #probes = 0;
  #last: Event | undefined;

  constructor(options: BpftraceEventsOptions) {
    this.#options = options;
    this.#events = new EventOrder(options.afterExecOf);
    this.#counts = new Counts(options.clock);
  }

  line(text: string): void {
    const [, kind = "", pid = "", time = "", detail = ""] = EVENT.exec(text) ?? [];
    if (kind !== "") {
      this.#counts.came++;
      if (kind === "fork" || kind === "thread") this.#options.onBorn(Number(detail));
      if (kind === "exec") this.#options.onBorn(Number(pid));
      this.#last = { kind, pid: Number(pid), time: Number(time), detail, frames: [] };
      this.#events.add(this.#last);
    } else if (text.startsWith("\t")) {
      this.#last?.frames.push(this.#nameOf(text));
    } else if (text === READY) {
      this.#counts.came++;
      // The first and the last probe.
      if (++this.#probes === 2) this.#begin();
    } else {
      const tick = TICK.exec(text)?.[1];
      if (tick !== undefined) this.#counts.tick(Number(tick));
      const count = COUNT.exec(text)?.[1];
      if (count !== undefined) this.#count(Number(count));
    }
  }

  finish(): Imported {
    const { profile, heap, late, warnings } = this.#events.finish();
    return { profile, heap, lost: this.#counts.missing + late, warnings };
  }

  #begin(): void {
    const { root, onReady } = this.#options;
    if (root !== undefined) this.#events.adopt(root());
    onReady();
  }

  #count(counted: number): void {
    const until = this.#counts.compare(counted);
    // What comes from now on is later than all that has come.
    if (until !== undefined) this.#events.settle();
    this.#options.onCount(until);
  }

  #nameOf(line: string): string {
    let name = this.#names.get(line);
    if (name === undefined) this.#names.set(line, (name = frameName(line.trim())));
    return name;
  }
}

/** Holds the number of events that have come against the number that the kernel tells after a tick. */
class Counts {
  came = 0;
  #counted = 0;
  /** How many did not come, and will not. */
  #lost = 0;
  readonly #clock: () => number;
  #tick = 0;
  /** When the tick before was read. */
  #read = 0;
  #cameBefore = 0;
  #idle = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Where it was killed, more may have come than it told of. */
  get missing(): number {
    return Math.max(0, this.#counted - this.came);
  }

  tick(time: number): void {
    // One that happened after the one before was read has not waited with it: what another processor had then has come too.
    if (this.came !== this.#cameBefore) this.#idle = 0;
    else if (time > this.#read) this.#idle++;
    this.#cameBefore = this.came;
    this.#read = this.#clock();
    this.#tick = time;
  }

  /** The count is looked up after the tick: what it has beyond what came is late, or lost. Gives until when all has come. */
  compare(counted: number): number | undefined {
    this.#counted = counted;
    if (this.#idle >= IDLE_COUNTS) this.#lost = this.missing;
    return this.missing === this.#lost ? this.#tick : undefined;
  }
}

/** Puts the events of several processors in order, and counts heaps by them. */
class EventOrder {
  readonly #profile = new Profile("bytes");
  readonly #tracker = new HeapTracker(this.#profile);
  /** Threads of processes that have more than one, or lost their first one. */
  readonly #threads = new Map<number, number>();
  #launcher: number | undefined;
  #held: Event[] = [];
  #until = 0;
  #late = 0;
  #unnamed = 0;

  constructor(launcher: number | undefined) {
    this.#launcher = launcher;
  }

  adopt(root: RunningProcess): void {
    this.#tracker.adopt(root);
  }

  add(event: Event): void {
    if (this.#held.length >= MOST_HELD) this.#apply(MOST_HELD / 2);
    if (event.time < this.#until) this.#late++;
    else this.#held.push(event);
  }

  /** Says that whatever comes now is later than all that has come. */
  settle(): void {
    this.#apply(this.#held.length);
  }

  finish(): Required<Pick<Imported, "heap" | "profile" | "warnings">> & { late: number } {
    this.settle();
    const warnings: string[] = [];
    if (this.#unnamed > 0) {
      warnings.push(`${this.#unnamed} stacks have no names in them: their process had ended too soon`);
    }
    const heap = this.#tracker.finish();
    if (this.#tracker.unlisted > 0) warnings.push(`${this.#tracker.unlisted} more processes are not listed`);
    return { profile: this.#profile, heap, late: this.#late, warnings };
  }

  #apply(count: number): void {
    this.#held.sort((a, b) => a.time - b.time);
    for (const event of this.#held.splice(0, count)) {
      this.#until = event.time;
      this.#event(event);
    }
  }

  #event({ kind, pid, time, detail, frames }: Event): void {
    if (kind === "exec" && pid === this.#launcher) this.#launcher = undefined;
    if (this.#launcher !== undefined) return;
    if (kind === "exec") this.#exec(pid, detail);
    if (kind === "fork") this.#tracker.fork(Number(detail), pid, false);
    if (kind === "thread") this.#threads.set(pid, this.#threadsOf(pid) + 1);
    if (kind === "exit") this.#exit(pid);
    if (kind !== "brk") return;
    if (frames.every((name) => name.startsWith("0x"))) this.#unnamed++;
    const call = { name: "brk", end: Number(detail) } as const;
    this.#tracker.call(call, { pid, frames: frames.toReversed(), time: time / 1e6 });
  }

  /** A program begins with one thread, whichever of them ran it. */
  #exec(pid: number, command: string): void {
    this.#threads.delete(pid);
    this.#tracker.exec(pid, command);
  }

  #exit(pid: number): void {
    const left = this.#threadsOf(pid) - 1;
    if (left > 0) this.#threads.set(pid, left);
    else this.#threads.delete(pid);
    if (left <= 0) this.#tracker.exit(pid);
  }

  #threadsOf(pid: number): number {
    return this.#threads.get(pid) ?? 1;
  }
}
