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
  /** Told from time to time until when a processor's events have all come, in nanoseconds since the system was started. */
  readonly onTick: (processor: number, time: number) => void;
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
const TICK = /^tick (\d+) (\d+)$/;
const LOST = /^Lost (\d+) events?/;
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
  #lost = 0;
  #unnamed = 0;

  constructor(options: BpftraceEventsOptions) {
    this.#options = options;
    this.#launcher = options.afterExecOf;
  }

  line(text: string): void {
    const [, kind = "", pid = "", time = "", detail = ""] = EVENT.exec(text) ?? [];
    if (kind !== "") {
      if (this.#held.length >= MOST_HELD) this.#apply(MOST_HELD / 2);
      if (kind === "fork") this.#options.onFork(Number(detail));
      this.#held.push({ kind, pid: Number(pid), time: Number(time), detail, frames: [] });
    } else if (text.startsWith("\t")) {
      this.#held.at(-1)?.frames.push(frameName(text.trim()));
    } else if (text === READY) {
      // The first and the last probe.
      if (++this.#probes === 2) this.#begin();
    } else {
      const [, processor, until] = TICK.exec(text) ?? [];
      if (processor !== undefined) this.#options.onTick(Number(processor), Number(until));
      else this.#lost += Number(LOST.exec(text)?.[1] ?? 0);
    }
  }

  finish(): Imported {
    this.#apply(this.#held.length);
    const warnings: string[] = [];
    if (this.#unnamed > 0) {
      warnings.push(`${this.#unnamed} stacks have no names in them: their process had ended too soon`);
    }
    if (this.#tracker.unlisted > 0) warnings.push(`${this.#tracker.unlisted} more processes are not listed`);
    return { profile: this.#profile, heap: this.#tracker.finish(), lost: this.#lost, warnings };
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
