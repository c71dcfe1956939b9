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
  /** Told of each process or thread that is born. */
  readonly onFork: (pid: number) => void;
  /** Told from time to time until when all events have come, in nanoseconds since the system was started. */
  readonly onTold: (time: number) => void;
}

interface Event {
  readonly kind: string;
  readonly pid: number;
  /** In nanoseconds. */
  readonly time: number;
  /** A heap's end, a child's number or a program's name. */
  readonly detail: string;
  /** Leaf first. */
  readonly frames: string[];
}

const EVENT = /^(brk|exec|exit|fork) (\d+) (\d+)(?: (.*))?$/;
const TICK = /^tick (\d+)$/;
const COUNT = /^@events: (\d+)$/;
const READY = "ready";
/** How many events are held back: those of several processors come in pieces, each in its own order. */
const MOST_HELD = 20_000;

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
  readonly #profile = new Profile("bytes");
  readonly #tracker = new HeapTracker(this.#profile);
  readonly #options: BpftraceEventsOptions;
  #launcher: number | undefined;
  #held: Event[] = [];
  #probes = 0;
  #unnamed = 0;
  /** How many lines of events have come, and how many there were when it was last told, after the last tick. */
  #came = 0;
  #counted = 0;
  #tick = 0;

  constructor(options: BpftraceEventsOptions) {
    this.#options = options;
    this.#launcher = options.afterExecOf;
  }

  line(text: string): void {
    const [, kind = "", pid = "", time = "", detail = ""] = EVENT.exec(text) ?? [];
    if (kind !== "") {
      this.#came++;
      if (this.#held.length >= MOST_HELD) this.#apply(MOST_HELD / 2);
      if (kind === "fork") this.#options.onFork(Number(detail));
      this.#held.push({ kind, pid: Number(pid), time: Number(time), detail, frames: [] });
    } else if (text.startsWith("\t")) {
      this.#held.at(-1)?.frames.push(frameName(text.trim()));
    } else if (text === READY) {
      this.#came++;
      // The first and the last probe.
      if (++this.#probes === 2) this.#begin();
    } else {
      this.#tick = Number(TICK.exec(text)?.[1] ?? this.#tick);
      const count = COUNT.exec(text)?.[1];
      if (count !== undefined) this.#compare(Number(count));
    }
  }

  finish(): Imported {
    this.#apply(this.#held.length);
    const warnings: string[] = [];
    if (this.#unnamed > 0) {
      warnings.push(`${this.#unnamed} stacks have no names in them: their process had ended too soon`);
    }
    if (this.#tracker.unlisted > 0) warnings.push(`${this.#tracker.unlisted} more processes are not listed`);
    // Where it was killed, more may have come than it told of.
    const lost = Math.max(0, this.#counted - this.#came);
    return { profile: this.#profile, heap: this.#tracker.finish(), lost, warnings };
  }

  /** The count is looked up after the tick before it: what it has beyond what came is late, or lost. */
  #compare(counted: number): void {
    this.#counted = counted;
    if (counted === this.#came) this.#options.onTold(this.#tick);
  }

  #begin(): void {
    const { root, onReady } = this.#options;
    if (root !== undefined) this.#tracker.adopt(root());
    onReady();
  }

  #apply(count: number): void {
    this.#held.sort((a, b) => a.time - b.time);
    for (const event of this.#held.splice(0, count)) this.#event(event);
  }

  #event({ kind, pid, time, detail, frames }: Event): void {
    if (kind === "exec" && pid === this.#launcher) this.#launcher = undefined;
    if (this.#launcher !== undefined) return;
    if (kind === "exec") this.#tracker.exec(pid, detail);
    if (kind === "fork") this.#tracker.fork(Number(detail), pid, false);
    if (kind === "exit") this.#tracker.exit(pid);
    if (kind !== "brk") return;
    if (frames.every((name) => name.startsWith("0x"))) this.#unnamed++;
    const call = { name: "brk", end: Number(detail) } as const;
    this.#tracker.call(call, { pid, frames: frames.toReversed(), time: time / 1e6 });
  }
}
