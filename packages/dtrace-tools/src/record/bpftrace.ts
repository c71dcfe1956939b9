import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TracerError } from "../errors.ts";
import { type BpftraceEventsOptions, importBpftraceEvents } from "../import/bpftrace-events.ts";
import type { Imported, RunningProcess } from "../import/imported.ts";
import { scriptUrl } from "../scripts.ts";
import { sinceStart } from "../since-start.ts";
import {
  type Availability,
  type Backend,
  type Exit,
  type Traced,
  type TraceRequest,
  unusable,
} from "./backend.ts";
import { findProgram } from "./find-program.ts";
import { launch } from "./launcher.ts";
import { ended, gather, run } from "./processes.ts";
import { isAlive, lookAgainAt } from "./running-process.ts";

const PROGRAM = "bpftrace";
const TRACEFS = "/sys/kernel/tracing";
/** How often it is looked whether processes still run, in milliseconds. */
const WATCH_INTERVAL = 100;
/** How often at most it is looked whether all has been told, when nothing runs any more and bpftrace tells nothing. */
const MOST_WATCHES = 100;
/** How often it is told to stop, in milliseconds. */
const STOP_INTERVAL = 1000;

/** The buffer of each processor, in pages: the default loses events of programs in a hurry. */
const SETTINGS = { BPFTRACE_PERF_RB_PAGES: "4096" };
/**
 * libbcc (0.26 at least) closes a file number that it has never set when it looks up symbols of a process that has ended, and so
 * may close one of bpftrace's own, which then ends too soon. Memory that is filled when it is allocated and not reused unfilled
 * makes that a number which no file has.
 */
const FILLED_MEMORY = "glibc.malloc.perturb=129:glibc.malloc.tcache_count=0";

/** bpftrace, with a script of this package. */
export const bpftraceBackend: Backend = {
  name: "bpftrace",
  metrics: ["brk"],
  attaches: true,
  available: probe,
  trace,
};

async function probe(): Promise<Availability> {
  if (process.platform !== "linux") {
    return unusable("bpftrace", `bpftrace is for Linux, this is ${process.platform}`);
  }
  if (findProgram(PROGRAM) === undefined) {
    return unusable("bpftrace", "bpftrace is not installed", "apt-get install bpftrace");
  }
  if (process.getuid?.() !== 0)
    return unusable("bpftrace", "bpftrace may be used by root only", "run as root");
  if (!existsSync(`${TRACEFS}/events/syscalls/sys_exit_brk`)) {
    const remedy = `mount -t tracefs nodev ${TRACEFS}`;
    return unusable("bpftrace", "tracefs is not mounted, so that there are no tracepoints", remedy);
  }
  const tried = await run(PROGRAM, ["-e", "tracepoint:syscalls:sys_exit_brk { } interval:ms:1 { exit(); }"]);
  if (tried.code !== 0) {
    const lines = tried.stderr.split("\n").filter((line) => line !== "" && !line.includes("RLIMIT_MEMLOCK"));
    return unusable("bpftrace", `it cannot trace brk: ${lines[0] ?? "it failed"}`);
  }
  const { stdout } = await run(PROGRAM, ["--version"]);
  return {
    name: "bpftrace",
    usable: true,
    version: /v(\S+)/.exec(stdout)?.[1] ?? "unknown",
    note: "sizes, and stacks as far as there are frame pointers; names are missing where a process ends at once",
  };
}

async function trace(request: TraceRequest): Promise<Traced> {
  if (request.process !== undefined) return attach(request, request.process);
  const target = launch(request);
  const tracer = new Bpftrace(target.pid, { afterExecOf: target.pid });
  try {
    await tracer.ready;
    request.onStart(target);
    target.go();
    const exit = await target.exit;
    const imported = await tracer.end();
    return { exit, imported, partial: tracer.missing };
  } finally {
    tracer.stop();
    target.close();
  }
}

async function attach(request: TraceRequest, root: RunningProcess): Promise<Traced> {
  // It may have grown while bpftrace started, which is no growth of a call that was seen.
  const tracer = new Bpftrace(root.pid, { root: () => lookAgainAt(root) });
  const stopped = new AbortController();
  try {
    await tracer.ready;
    request.onStart({ kill: () => stopped.abort() });
    const imported = await tracer.end(stopped.signal);
    return { exit: { code: 0, signal: undefined }, imported, partial: tracer.missing };
  } finally {
    tracer.stop();
  }
}

type Whom = Pick<BpftraceEventsOptions, "afterExecOf" | "root">;

/** A running bpftrace, in a session of its own so that the terminal's signals pass it by. */
class Bpftrace {
  /** Settles when every probe is attached. */
  readonly ready: Promise<void>;
  readonly #process: ChildProcess;
  readonly #end: Promise<Exit>;
  readonly #imported: Promise<Imported>;
  /** The processes that may still run. */
  readonly #pids: Set<number>;
  #told = false;
  /** Until when all events have come, in nanoseconds since the system was started. */
  #toldUntil = 0;
  /** Whether it has told anything since it was last looked. */
  #heard = false;

  constructor(pid: number, whom: Whom) {
    this.#pids = new Set([pid]);
    const child = spawn(PROGRAM, [fileURLToPath(scriptUrl("brkevents.bt")), String(pid)], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...SETTINGS, ...process.env, LC_ALL: "C", GLIBC_TUNABLES: tunables() },
    });
    this.#process = child;
    const stderr = gather(child.stderr);
    let tell: (() => void) | undefined;
    const attached = new Promise<void>((resolve) => (tell = resolve));
    const onReady = (): void => tell?.();
    const onBorn = (born: number): void => void this.#pids.add(born);
    const onCount = (until: number | undefined): void => {
      this.#heard = true;
      this.#toldUntil = until ?? this.#toldUntil;
    };
    const options = { ...whom, onReady, onBorn, onCount, clock: sinceStart };
    this.#imported = importBpftraceEvents(child.stdout, options);
    this.#end = ended(child);
    const failed = this.#end.then(({ code }) => {
      throw new TracerError(`bpftrace ended at once, with status ${code}: ${stderr().trim()}`, stderr());
    });
    for (const promise of [failed, this.#imported]) promise.catch(() => undefined);
    this.ready = Promise.race([attached, failed]);
  }

  /** Why a part is missing, once it has ended. */
  get missing(): string | undefined {
    if (this.#told && this.#process.exitCode === 0) return undefined;
    return "bpftrace ended before the command did: what came after is missing";
  }

  /** Waits until the process and its children have ended, or it is told to stop; gives what was seen. */
  async end(signal?: AbortSignal): Promise<Imported> {
    let quietSince: number | undefined;
    for (let left = MOST_WATCHES; left > 0 && this.#runs(); left--) {
      await pause(WATCH_INTERVAL);
      const stopped = signal?.aborted === true;
      if (!stopped && this.#anyAlive()) quietSince = undefined;
      else quietSince ??= sinceStart();
      // On a busy machine it tells of things long after they were.
      if (quietSince !== undefined && this.#toldUntil > quietSince) break;
      // What goes on when it is told to stop could go on for ever.
      if (!stopped && (quietSince === undefined || this.#heard)) left = MOST_WATCHES;
      this.#heard = false;
    }
    this.stop();
    // A signal that comes while it writes is forgotten.
    const again = setInterval(() => this.stop(), STOP_INTERVAL);
    try {
      await this.#end.catch(() => undefined);
      return await this.#imported;
    } finally {
      clearInterval(again);
    }
  }

  stop(): void {
    if (!this.#runs()) return;
    this.#told = true;
    this.#process.kill("SIGINT");
  }

  #anyAlive(): boolean {
    for (const pid of this.#pids) if (!isAlive(pid)) this.#pids.delete(pid);
    return this.#pids.size > 0;
  }

  #runs(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }
}

function tunables(): string {
  const { GLIBC_TUNABLES } = process.env;
  return GLIBC_TUNABLES === undefined ? FILLED_MEMORY : `${GLIBC_TUNABLES}:${FILLED_MEMORY}`;
}
