import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { TracerError } from "../errors.ts";
import type { Metric } from "../heap/totals.ts";
import type { Imported, RunningProcess } from "../import/imported.ts";
import { importPerf, type PerfOptions } from "../import/perf.ts";
import { type Availability, type Backend, type Traced, type TraceRequest, unusable } from "./backend.ts";
import { makeFifos } from "./fifo.ts";
import { findProgram, isNodeProgram } from "./find-program.ts";
import { launch } from "./launcher.ts";
import { removeNames, withJavaScriptNames } from "./node-names.ts";
import { countLost } from "./perf-lost.ts";
import { ended, gather, run } from "./processes.ts";
import { lookAgainAt } from "./running-process.ts";

const PROGRAM = "perf";
const EVENT = "syscalls:sys_exit_brk";
const FIELDS = "comm,pid,tid,time,event,trace,ip,sym,symoff,dso";
const TRACEFS = "/sys/kernel/tracing";
/** How often the size of the trace is looked at, in milliseconds. */
const WATCH_INTERVAL = 250;

/** Makes the perf backend: stacks by DWARF unwinding tables (`perf`) or by frame pointers (`perf-fp`). */
export function perfBackend(name: PerfName): Backend {
  return {
    name,
    metrics: ["brk", "heap", "faults"],
    attaches: true,
    available: () => probe(name),
    trace: (request) =>
      request.process === undefined ? trace(name, request) : attach(name, request, request.process),
  };
}

type PerfName = "perf" | "perf-fp";

async function probe(name: PerfName): Promise<Availability> {
  if (process.platform !== "linux") return unusable(name, `perf is for Linux, this is ${process.platform}`);
  if (findProgram(PROGRAM) === undefined)
    return unusable(name, "perf is not installed", "apt-get install linux-perf");
  // Looked at before perf is started: as root it would mount tracefs itself, and a probe changes nothing.
  if (!tracefsIsMounted()) {
    const remedy = `mount -t tracefs nodev ${TRACEFS} (as root)`;
    return unusable(name, "tracefs is not mounted, so that perf knows no system calls", remedy);
  }
  const tried = await run(PROGRAM, ["stat", "-e", EVENT, "--", "true"]);
  if (tried.code === 0 && !tried.stderr.includes("<not supported>")) {
    const { stdout } = await run(PROGRAM, ["version"]);
    const note =
      name === "perf"
        ? "sizes and stacks; little cost; JavaScript frames in part, stacks of programs that children run may be short"
        : "sizes and stacks at the least cost; needs programs and libraries with frame pointers";
    return { name, usable: true, version: stdout.trim().replace(/^perf version /, ""), note };
  }
  if (process.getuid?.() !== 0) {
    const remedy = `run it as root, or as root: sysctl kernel.perf_event_paranoid=-1; chmod -R a+rX ${TRACEFS}`;
    return unusable(name, "perf may be used by root only", remedy);
  }
  const line = tried.stderr.split("\n").find((text) => text.trim() !== "") ?? "it failed";
  return unusable(name, `perf cannot count ${EVENT}: ${line.trim()}`);
}

function tracefsIsMounted(): boolean {
  try {
    return readdirSync(TRACEFS).length > 0 || existsSync("/sys/kernel/debug/tracing/events");
  } catch (error) {
    // It may be there without being readable.
    return (error as NodeJS.ErrnoException).code === "EACCES";
  }
}

/** Traces by attaching to a launcher, which then becomes the target. */
async function trace(name: PerfName, request: TraceRequest): Promise<Traced> {
  const data = join(request.directory, "perf.data");
  const isNode = isNodeProgram(request.program);
  const env = isNode ? withJavaScriptNames(request.env) : request.env;
  const target = launch(request, env);
  const perf = new Perf(request, { name, data, pid: target.pid });
  try {
    await perf.ready();
    request.onStart(target);
    target.go();
    const exit = await target.exit;
    await perf.end();
    const imported = await readData(data, perf, {
      afterExecOf: target.pid,
      faults: request.metric === "faults",
    });
    if (isNode) removeNames(imported, request.cwd);
    return { exit, imported, partial: perf.missing };
  } finally {
    perf.stop();
    target.close();
  }
}

/** Traces a process that runs already until it ends, or until it is told to stop. */
async function attach(name: PerfName, request: TraceRequest, root: RunningProcess): Promise<Traced> {
  const data = join(request.directory, "perf.data");
  const perf = new Perf(request, { name, data, pid: root.pid });
  try {
    await perf.ready();
    // It may have grown while perf started, which is no growth of a call that was seen.
    const now = lookAgainAt(root);
    request.onStart({ kill: () => perf.stop() });
    await perf.end();
    const imported = await readData(data, perf, { root: now, faults: request.metric === "faults" });
    return { exit: { code: 0, signal: undefined }, imported, partial: perf.missing };
  } finally {
    perf.stop();
  }
}

/** Which events are recorded; arguments of calls are needed without stacks, what they return with them. */
function eventsOf(metric: Metric): string[] {
  if (metric === "faults") return ["-e", "page-faults", "-c", "1"];
  const calls = metric === "heap" ? ["mmap", "munmap", "mremap", "mprotect"] : [];
  const pairs = calls.flatMap((call) => [
    `syscalls:sys_enter_${call}/call-graph=no/`,
    `syscalls:sys_exit_${call}`,
  ]);
  return [EVENT, ...pairs].flatMap((event) => ["-e", event]);
}

/** A running `perf record`, in a session of its own so that the terminal's signals pass it by. */
class Perf {
  readonly #control: string;
  readonly #answers: string;
  readonly #started: Promise<ChildProcess>;
  #end: Promise<unknown> = Promise.resolve();
  #process: ChildProcess | undefined;
  #watch: NodeJS.Timeout | undefined;
  #commands: FileHandle | undefined;
  #stderr: () => string = () => "";
  #cut = false;

  constructor(request: TraceRequest, how: { name: PerfName; data: string; pid: number }) {
    this.#control = join(request.directory, "perf.control");
    this.#answers = join(request.directory, "perf.answers");
    this.#started = this.#start(request, how);
    this.#started.catch(() => undefined);
  }

  get stderr(): string {
    return this.#stderr();
  }

  /** Why a part is missing, once it has ended. */
  get missing(): string | undefined {
    if (this.#cut) return "the trace grew too large, and what came after that was not recorded";
    const signal = this.#process?.signalCode ?? null;
    if (signal === null || signal === "SIGINT") return undefined;
    return `perf was ended by ${signal}: what came after is missing`;
  }

  /** Waits until events are being recorded. */
  async ready(): Promise<void> {
    const perf = await this.#started;
    // Opened for both directions so that neither side waits for the other to open it.
    this.#commands = await open(this.#control, "r+");
    const answers = await open(this.#answers, "r+");
    try {
      await this.#commands.write("enable\n");
      const failed = new Promise<never>((_, reject) => {
        perf.once("close", () =>
          reject(new TracerError(`perf ended at once: ${this.stderr.trim()}`, this.stderr)),
        );
      });
      failed.catch(() => undefined);
      const answer = answers.read(Buffer.alloc(16));
      answer.catch(() => undefined);
      try {
        await Promise.race([answer, failed]);
      } catch (error) {
        // Wakes the read up, which would wait for ever.
        await answers.write("\n");
        throw error;
      }
    } finally {
      await answers.close();
    }
  }

  /** Waits until perf has seen the last of the processes end, and has written what it knows. */
  async end(): Promise<void> {
    await this.#end;
  }

  stop(): void {
    clearInterval(this.#watch);
    void this.#commands?.close();
    this.#commands = undefined;
    if (this.#process?.exitCode === null && this.#process.signalCode === null) this.#process.kill("SIGINT");
  }

  async #start(
    request: TraceRequest,
    how: { name: PerfName; data: string; pid: number },
  ): Promise<ChildProcess> {
    const { name, data, pid } = how;
    await makeFifos(this.#control, this.#answers);
    // Without `--synth=no` perf would know the launcher's libraries, and unwind the target's stacks with them.
    const synth = request.process === undefined ? ["--synth=no"] : [];
    const record = [
      "record",
      "-q",
      ...synth,
      "-m",
      bufferSize(),
      "-D",
      "-1",
      "-o",
      data,
      ...eventsOf(request.metric),
    ];
    const graph = name === "perf" ? "dwarf,8192" : "fp";
    const control = `--control=fifo:${this.#control},${this.#answers}`;
    const perf = spawn(PROGRAM, [...record, "--call-graph", graph, "-p", String(pid), control], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
    });
    this.#process = perf;
    this.#stderr = gather(perf.stderr);
    this.#end = ended(perf);
    this.#end.catch(() => undefined);
    this.#watch = setInterval(() => this.#limit(data, request.maxTraceBytes), WATCH_INTERVAL);
    return perf;
  }

  /** Nothing more is recorded once the trace is too large; the target goes on. */
  #limit(data: string, most: number): void {
    const size = statSync(data, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= most || this.#cut) return;
    this.#cut = true;
    void this.#commands?.write("disable\n");
  }
}

/** The buffer of each processor: small ones lose events, but a machine with many must not lock all its memory. */
function bufferSize(): string {
  const share = 512 / availableParallelism();
  return `${Math.max(1, Math.min(64, 2 ** Math.floor(Math.log2(share))))}M`;
}

async function readData(data: string, perf: Perf, options: PerfOptions): Promise<Imported> {
  const args = [
    "script",
    "--show-task-events",
    "--show-lost-events",
    "--no-inline",
    "-F",
    FIELDS,
    "-i",
    data,
  ];
  const script = spawn(PROGRAM, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const stderr = gather(script.stderr);
  const end = ended(script);
  end.catch(() => undefined);
  const imported = await importPerf(script.stdout, options);
  const { code } = await end;
  if (code !== 0 && perf.missing === undefined) {
    throw new TracerError(`perf script failed with status ${code}: ${lastLine(stderr())}`, stderr());
  }
  // Whole buffers that were lost are told on standard error only.
  const chunks = Number(/lost (\d+) (?:chunks|events)/i.exec(`${perf.stderr}\n${stderr()}`)?.[1] ?? 0);
  const known = Math.max(imported.lost, chunks);
  return { ...imported, lost: known === 0 ? 0 : Math.max(known, await countLost(data)) };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
