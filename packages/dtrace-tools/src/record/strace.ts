import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { TracerError } from "../errors.ts";
import type { Metric } from "../heap/totals.ts";
import { importStrace } from "../import/strace.ts";
import { type Availability, type Backend, type Traced, type TraceRequest, unusable } from "./backend.ts";
import { findProgram } from "./find-program.ts";
import { openFifo } from "./fifo.ts";
import { childOf, ended, killChildOf, run } from "./processes.ts";

const PROGRAM = "strace";
const PROCESS_CALLS = "execve,execveat,fork,vfork,clone,clone3";
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
    trace: (request) => trace(request, stacks),
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

async function trace(request: TraceRequest, stacks: boolean): Promise<Traced> {
  const fifo = await openFifo(join(request.directory, "strace.log"));
  let strace: ChildProcess | undefined;
  // strace itself holds signals back; its child is the target, which is there once the log begins.
  const pid = request.process?.pid;
  const target = {
    kill(signal: NodeJS.Signals): void {
      if (pid === undefined) killChildOf(strace?.pid, signal);
      // It goes on without its tracer.
      else strace?.kill("SIGINT");
    },
  };
  const metric = request.metric === "heap" ? "heap" : "brk";
  let targetPid: number | undefined;
  const begun = whenBegun(fifo.bytes, () => {
    targetPid = childOf(strace?.pid);
    request.onStart(target);
  });
  const imported = importStrace(begun, { metric, root: request.process, onUpdate: request.onUpdate });
  // It is waited for below; until then a failure must not end the process.
  imported.catch(() => undefined);
  try {
    // A filter in the kernel is only possible for what strace starts.
    const whom = pid === undefined ? ["--seccomp-bpf", "--", ...request.command] : ["-p", String(pid)];
    strace = spawn(PROGRAM, [...options(stacks, metric), "-o", fifo.path, ...whom], {
      cwd: request.cwd,
      env: request.env,
      stdio: request.stdio,
    });
    const exit = await ended(strace).catch((error: unknown) => {
      throw new TracerError(`strace cannot be started: ${(error as Error).message}`, "", { cause: error });
    });
    fifo.close();
    const { rootEnded, ...result } = await imported;
    // How the watched process ended is told to its parent only; strace itself ends by the signal that stops it.
    if (pid !== undefined) return { exit: { code: 0, signal: undefined }, imported: result };
    // After a target that was killed strace ends by the same signal, before it has written so.
    const killed = exit.signal !== undefined && targetPid !== undefined && !existsSync(`/proc/${targetPid}`);
    const partial =
      rootEnded || killed ? undefined : "strace ended before the command did: what came after is missing";
    return { exit, imported: result, partial };
  } finally {
    fifo.close();
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
