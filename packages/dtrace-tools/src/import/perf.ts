import { HeapTracker } from "../heap/tracker.ts";
import type { MemoryCall } from "../heap/tracker.ts";
import { lines } from "../lines.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported, RunningProcess } from "./imported.ts";
import { perfCallOf } from "./perf-call.ts";

/** How `importPerf` reads. */
export interface PerfOptions {
  /** Count only what happens after this process first runs a program: before that it is a launcher. */
  readonly afterExecOf?: number | undefined;
  /** A process that ran before; only its calls and those of its children count as growth from what it had. */
  readonly root?: RunningProcess | undefined;
  /** Count page faults as pages of memory that became resident. */
  readonly faults?: boolean | undefined;
}

interface Sample {
  readonly command: string;
  readonly pid: number;
  readonly time: number;
  /** What it did to memory; undefined for events that are no such calls. */
  readonly call: MemoryCall | undefined;
  readonly frames: string[];
}

/** `comm pid/tid [cpu] time: what`; a name may have blanks. */
const HEADER = /^ *(\S.*?) +(\d+)(?:\/(\d+))? +(?:\[\d+\] +)?(\d+\.\d+): +(.*)$/;
const FAULT: MemoryCall = { name: "fault", length: 4096 };
const SYSCALL = /^syscalls:sys_(enter|exit)_(brk|mmap|munmap|mremap|mprotect): +(.*)$/;
/** `address symbol+0xoffset (object)`; both symbol and object may have parentheses. */
const FRAME = /^\t\s*[0-9a-f]+ (.+?) \(((?:[^()]|\(deleted\))*)\)$/;

/**
 * Reads what `perf script` prints, by default or with `-F comm,pid,tid,time,event,trace,ip,sym,symoff,dso`.
 *
 * Where there are `syscalls:sys_exit_brk` events, stacks are weighed by the bytes which the heap grew; for that the
 * trace needs `--show-task-events`. Calls of mmap, munmap, mremap and mprotect count where both their tracepoints,
 * `sys_enter_` and `sys_exit_`, are in the trace. Otherwise each event counts one.
 */
export async function importPerf(
  input: AsyncIterable<Uint8Array>,
  options: PerfOptions = {},
): Promise<Imported> {
  const reader = new PerfReader(options);
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

class PerfReader {
  readonly #heap = new Profile("bytes");
  readonly #tracker = new HeapTracker(this.#heap);
  readonly #samples = new Profile("samples");
  /** Arguments of calls that have not returned, by thread. */
  readonly #entered = new Map<string, string>();
  readonly #faults: boolean;
  #launcher: number | undefined;
  #sample: Sample | undefined;
  #sawHeap: boolean;
  #lost = 0;
  #strange = 0;

  constructor({ afterExecOf, root, faults }: PerfOptions) {
    this.#launcher = afterExecOf;
    this.#faults = faults === true;
    // Then it is a trace of the heap, even where there was no call.
    this.#sawHeap = afterExecOf !== undefined || root !== undefined || this.#faults;
    if (root !== undefined) this.#tracker.adopt(root);
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
    else this.#event(header);
  }

  finish(): Imported {
    this.#flush();
    const warnings: string[] = [];
    if (this.#strange > 0) warnings.push(`${this.#strange} lines are not perf's and were passed over`);
    if (!this.#sawHeap) return { profile: this.#samples, lost: this.#lost, warnings };
    const heap = this.#tracker.finish();
    if (this.#tracker.unlisted > 0) warnings.push(`${this.#tracker.unlisted} more processes are not listed`);
    return { profile: this.#heap, heap, lost: this.#lost, warnings };
  }

  #event([, command = "", pid = "", tid = pid, seconds = "", what = ""]: RegExpExecArray): void {
    if (what.startsWith("PERF_RECORD_")) {
      this.#record(what);
      return;
    }
    const time = Number(seconds) * 1000;
    const [, side, name = "", details = ""] = SYSCALL.exec(what) ?? [];
    if (side === "enter") {
      // Its stack says nothing that the one at the return does not.
      if (name !== "brk") this.#entered.set(tid, details);
      return;
    }
    if (side === "exit") this.#sawHeap = true;
    const entered = this.#entered.get(tid) ?? "";
    this.#entered.delete(tid);
    if (this.#launcher !== undefined) return;
    const fault = this.#faults && what.startsWith("page-faults");
    const call = fault ? FAULT : side === undefined ? undefined : perfCallOf(name, entered, details);
    if (side === undefined || call !== undefined) {
      this.#sample = { command, pid: Number(pid), time, call, frames: [] };
    }
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
    const { pid, time, call } = sample;
    if (call === undefined) this.#samples.add([sample.command, ...frames], 1);
    else this.#tracker.call(call, { pid, frames, time });
  }
}

function frameName(symbol: string, object: string): string {
  // An object may be called [unknown] too, or [vdso].
  if (symbol === "[unknown]")
    return object.startsWith("[") ? object : `[${object.slice(object.lastIndexOf("/") + 1)}]`;
  return symbol.replace(/\+0x[0-9a-f]+$/, "");
}
