import { BrkTracker } from "../brk-tracker.ts";
import { lines } from "../lines.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";

/** How `importPerf` reads. */
export interface PerfOptions {
  /** Count only what happens after this process first runs a program: before that it is a launcher. */
  readonly afterExecOf?: number | undefined;
}

interface Sample {
  readonly command: string;
  readonly pid: number;
  /** What brk returned; undefined for other events. */
  readonly end: number | undefined;
  readonly frames: string[];
}

/** `comm pid/tid [cpu] time: what`; a name may have blanks. */
const HEADER = /^(\S.*?) +(\d+)(?:\/\d+)? +(?:\[\d+\] +)?\d+\.\d+: +(.*)$/;
/** `address symbol+0xoffset (object)`; both symbol and object may have parentheses. */
const FRAME = /^\s+[0-9a-f]+ (.+?) \(((?:[^()]|\(deleted\))*)\)$/;

/**
 * Reads what `perf script` prints, by default or with `-F comm,pid,tid,time,event,trace,ip,sym,symoff,dso`.
 *
 * Where there are `syscalls:sys_exit_brk` events, stacks are weighed by the bytes which the heap grew; for that the
 * trace needs `--show-task-events`. Otherwise each event counts one.
 */
export async function importPerf(
  input: AsyncIterable<Uint8Array>,
  options: PerfOptions = {},
): Promise<Imported> {
  const reader = new PerfReader(options.afterExecOf);
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

class PerfReader {
  readonly #heap = new Profile("bytes");
  readonly #tracker = new BrkTracker(this.#heap);
  readonly #samples = new Profile("samples");
  #launcher: number | undefined;
  #sample: Sample | undefined;
  #sawBrk: boolean;
  #lost = 0;
  #strange = 0;

  constructor(launcher: number | undefined) {
    this.#launcher = launcher;
    // Then it is a trace of brk, even where there was no call.
    this.#sawBrk = launcher !== undefined;
  }

  line(text: string): void {
    if (text === "" || text.startsWith("#")) {
      this.#flush();
      return;
    }
    const frame = FRAME.exec(text);
    if (frame !== null) {
      // Those of an event that does not count are passed over with it.
      this.#sample?.frames.push(frameName(frame[1] ?? "", frame[2] ?? ""));
      return;
    }
    this.#flush();
    const header = HEADER.exec(text);
    if (header === null) this.#strange++;
    else this.#event(header[1] ?? "", Number(header[2]), header[3] ?? "");
  }

  finish(): Imported {
    this.#flush();
    const warnings: string[] = [];
    if (this.#strange > 0) warnings.push(`${this.#strange} lines are not perf's and were passed over`);
    if (!this.#sawBrk) return { profile: this.#samples, lost: this.#lost, warnings };
    const heap = this.#tracker.finish();
    if (this.#tracker.unlisted > 0) warnings.push(`${this.#tracker.unlisted} more processes are not listed`);
    return { profile: this.#heap, heap, lost: this.#lost, warnings };
  }

  #event(command: string, pid: number, what: string): void {
    if (what.startsWith("PERF_RECORD_")) {
      this.#record(what);
      return;
    }
    const brk = /^syscalls:sys_exit_brk: +(?:ret: )?(0x[0-9a-f]+|\d+)/.exec(what)?.[1];
    // Its entry says nothing that the return does not.
    if (what.startsWith("syscalls:sys_enter_brk:")) return;
    if (brk !== undefined) this.#sawBrk = true;
    if (this.#launcher !== undefined) return;
    this.#sample = { command, pid, end: brk === undefined ? undefined : Number(brk), frames: [] };
  }

  #record(what: string): void {
    const exec = /^PERF_RECORD_COMM exec: (.*):(\d+)\/\d+/.exec(what);
    if (exec !== null) {
      if (Number(exec[2]) === this.#launcher) this.#launcher = undefined;
      this.#tracker.exec(Number(exec[2]), exec[1] ?? "");
      return;
    }
    const task = /^PERF_RECORD_(FORK|EXIT)\((\d+):(\d+)\):\((\d+):\d+\)/.exec(what);
    if (task !== null) {
      const [, kind, pid, tid, parent] = task;
      // A thread's process is its parent's.
      if (kind === "FORK" && pid !== parent) this.#tracker.fork(Number(pid), Number(parent), false);
      if (kind === "EXIT" && pid === tid) this.#tracker.exit(Number(pid));
      return;
    }
    const lost = /^PERF_RECORD_LOST(?:_SAMPLES)?:?.*\blost (\d+)/.exec(what);
    if (lost !== null) this.#lost += Number(lost[1]);
  }

  #flush(): void {
    const sample = this.#sample;
    this.#sample = undefined;
    if (sample === undefined) return;
    const frames = sample.frames.toReversed();
    if (sample.end === undefined) this.#samples.add([sample.command, ...frames], 1);
    else this.#tracker.brk(sample.pid, sample.end, frames);
  }
}

function frameName(symbol: string, object: string): string {
  if (symbol === "[unknown]") return `[${object.slice(object.lastIndexOf("/") + 1)}]`;
  return symbol.replace(/\+0x[0-9a-f]+$/, "");
}
