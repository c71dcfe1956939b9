import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { TracerError } from "../errors.ts";
import type { Metric } from "../heap/totals.ts";
import { type ImportedStrace, importStrace } from "../import/strace.ts";
import {
  type Availability,
  type Backend,
  type Exit,
  type Traced,
  type TraceRequest,
  unusable,
} from "./backend.ts";
import { DebugNames, type FramePlace } from "../names/debug-names.ts";
import { findProgram } from "./find-program.ts";
import { type Fifo, openFifo } from "./fifo.ts";
import { ended, killChildOf, run } from "./processes.ts";
import { tracerOf } from "./running-process.ts";

const PROGRAM = "strace";
const PROCESS_CALLS = "execve,execveat,fork,vfork,clone,clone3";
/** How often it is looked whether strace has attached itself, in milliseconds. */
const WATCH_INTERVAL = 10;
const MAPPING_CALLS = "mmap,munmap,mremap,mprotect";

/** Makes the strace backend, which sees sizes only, or with `stacks` the code paths too. */
export function straceBackend(stacks: boolean): Backend {
  const name = stacks ? "strace-k" : "strace";
  return {
    name,
    metrics: ["brk", "heap"],
    attaches: true,
    tellsLive: true,
    available: () => probe(name, stacks),
    trace: (request) =>
      request.process === undefined ? start(request, stacks) : attach(request, stacks, request.process.pid),
  };
}

async function probe(name: "strace" | "strace-k", stacks: boolean): Promise<Availability> {
  if (process.platform !== "linux") return unusable(name, `strace is for Linux, this is ${process.platform}`);
  if (findProgram(PROGRAM) === undefined)
    return unusable(name, "strace is not installed", "apt-get install strace");
  const tried = await run(PROGRAM, [...options(stacks, "brk"), "-o", "/dev/null", "--", "true"]);
  if (tried.code !== 0) {
    const [line = "it failed"] = tried.stderr.trim().split("\n");
    if (/not permitted|permission denied/i.test(line)) {
      return unusable(
        name,
        `tracing is not permitted here: ${line}`,
        "sysctl kernel.yama.ptrace_scope=0 (as root; in a container, start it with --cap-add=SYS_PTRACE)",
      );
    }
    return unusable(name, line);
  }
  const { stdout } = await run(PROGRAM, ["-V"]);
  return {
    name,
    usable: true,
    version: /version (\S+)/.exec(stdout)?.[1] ?? "unknown",
    note: stacks
      ? "sizes and stacks; each event costs about 1 ms, a Node program is some 60 times slower"
      : "exact sizes at little cost, no stacks",
  };
}

function options(stacks: boolean, metric: Metric): string[] {
  const calls = ["brk", ...(metric === "heap" ? [MAPPING_CALLS] : []), PROCESS_CALLS].join(",");
  return ["-f", ...(stacks ? ["-k"] : []), "-ttt", "-q", "-e", "signal=none", "-e", `trace=${calls}`];
}

const CUT_SHORT = "strace ended before the command did: what came after is missing";

/** Starts the command. strace itself holds signals back; its child is the target, which is there once the log begins. */
async function start(request: TraceRequest, stacks: boolean): Promise<Traced> {
  const fifo = await openFifo(join(request.directory, "strace.log"));
  let strace: ChildProcess | undefined;
  const begun = whenBegun(fifo.bytes, () => {
    request.onStart({ kill: (signal) => killChildOf(strace?.pid, signal) });
  });
  const imported = read(begun, request);
  // It is waited for below; until then a failure must not end this process.
  imported.catch(() => undefined);
  try {
    // A filter in the kernel is only possible for what strace starts.
    strace = spawnStrace(fifo, request, stacks, ["--seccomp-bpf", "--", ...request.command]);
    const exit = await end(strace);
    fifo.close();
    const { root, rootEnded, ...result } = await imported;
    // After a target that was killed strace ends by the same signal, before it has written so.
    const killed = exit.signal !== undefined && root !== undefined && !existsSync(`/proc/${root}`);
    return { exit, imported: result, partial: rootEnded || killed ? undefined : CUT_SHORT };
  } finally {
    fifo.close();
  }
}

/** Traces a process that runs already, until it ends, or until strace is told to let it go. */
async function attach(request: TraceRequest, stacks: boolean, pid: number): Promise<Traced> {
  const fifo = await openFifo(join(request.directory, "strace.log"));
  const imported = read(fifo.bytes, request);
  imported.catch(() => undefined);
  let told = false;
  try {
    const strace = spawnStrace(fifo, request, stacks, ["-p", String(pid)]);
    const ending = end(strace);
    while (tracerOf(pid) !== strace.pid && strace.exitCode === null && strace.signalCode === null) {
      await pause(WATCH_INTERVAL);
    }
    request.onStart({
      kill() {
        told = true;
        strace.kill("SIGINT");
      },
    });
    const { code } = await ending;
    if (code === 1 && !told) throw new TracerError(`strace cannot trace process ${pid}`, "");
    fifo.close();
    const { root: _root, rootEnded, ...result } = await imported;
    // How the process ended is told to its parent only; strace itself ends by the signal that stops it.
    const exit = { code: 0, signal: undefined };
    return { exit, imported: result, partial: rootEnded || told ? undefined : CUT_SHORT };
  } finally {
    fifo.close();
  }
}

async function read(log: AsyncIterable<Uint8Array>, request: TraceRequest): Promise<ImportedStrace> {
  const { metric, process: root, onUpdate } = request;
  const names = new DebugNames();
  // Who looks on while it is traced sees the names that strace has.
  const nameOf = onUpdate === undefined ? (place: FramePlace): string => names.add(place) : undefined;
  const counted = metric === "heap" ? "heap" : "brk";
  const imported = await importStrace(log, { metric: counted, root, onUpdate, nameOf });
  return { ...imported, profile: await names.rename(imported.profile) };
}

function spawnStrace(
  fifo: Fifo,
  request: TraceRequest,
  stacks: boolean,
  whom: readonly string[],
): ChildProcess {
  return spawn(PROGRAM, [...options(stacks, request.metric), "-o", fifo.path, ...whom], {
    cwd: request.cwd,
    env: request.env,
    stdio: request.stdio,
  });
}

async function end(strace: ChildProcess): Promise<Exit> {
  try {
    return await ended(strace);
  } catch (error) {
    throw new TracerError(`strace cannot be started: ${(error as Error).message}`, "", { cause: error });
  }
}

async function* whenBegun(input: AsyncIterable<Uint8Array>, action: () => void): AsyncGenerator<Uint8Array> {
  let begun = false;
  for await (const chunk of input) {
    if (!begun) action();
    begun = true;
    yield chunk;
  }
}
