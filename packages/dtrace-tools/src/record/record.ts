import type { StdioOptions } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TargetError, TracerError } from "../errors.ts";
import type { LiveHeap } from "../heap/tracker.ts";
import type { Metric } from "../heap/totals.ts";
import { demangle } from "../names/demangle.ts";
import { nameJavaScript } from "../names/javascript.ts";
import type { Recording } from "../recording.ts";
import type { Backend, BackendName, TraceRequest, Unusable } from "./backend.ts";
import { choose } from "./choose.ts";
import { findTarget } from "./find-program.ts";
import { onAbort } from "./processes.ts";
import { lookAt } from "./running-process.ts";

/** What `record` and `attach` have in common. */
export interface TraceOptions {
  /** The tracer; the best that can be used unless told otherwise. */
  readonly backend?: BackendName | undefined;
  /** What is measured; `brk` unless told otherwise. */
  readonly metric?: Metric | undefined;
  /** Ends the command with SIGTERM, or the tracing of a running process; what was recorded until then is the result. */
  readonly signal?: AbortSignal | undefined;
  /** Most bytes of trace on disk (perf); what comes after is not recorded; 2 GiB unless told otherwise. */
  readonly maxTraceBytes?: number | undefined;
  /** Told of each tracer that is passed over and why, before the command starts. */
  readonly onPassedOver?: ((tracer: Unusable) => void) | undefined;
  /** Told now and then how things stand; only tracers that tell while they go are chosen: `strace` and `strace-k`. */
  readonly onUpdate?: ((live: LiveHeap) => void) | undefined;
  /** Told once the command runs, with a way to send it signals. */
  readonly onStart?: ((target: { kill(signal: NodeJS.Signals): void }) => void) | undefined;
}

/** How `record` runs a command. */
export interface RecordOptions extends TraceOptions {
  /** The command's working directory. */
  readonly cwd?: string | undefined;
  /** The command's environment; this process's unless told otherwise. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The command's standard input, output and error; this process's own unless told otherwise. */
  readonly stdio?: StdioOptions | undefined;
  /** Lets glibc grow the heap page by page, so that each caller is charged for what it asked; slower. */
  readonly fine?: boolean | undefined;
}

const DEFAULT_MAX_TRACE = 2 * 1024 ** 3;
/** Without room on top, glibc asks for the pages that it needs, not for 128 KiB more; one arena keeps threads on brk. */
const FINE = { MALLOC_TOP_PAD_: "0", MALLOC_ARENA_MAX: "1" };

/**
 * Runs a command under a tracer, with all its children, and tells how its heap grew.
 *
 * @throws TargetError where the command cannot be run
 * @throws NoTracerError where the tracer that was asked for, or every one, cannot be used
 * @throws TracerError where the tracer fails
 */
export async function record(command: readonly string[], options: RecordOptions = {}): Promise<Recording> {
  const [name, ...args] = command;
  if (name === undefined || name === "") throw new TargetError("", "a command was expected, found none");
  const given = options.env ?? process.env;
  const env = options.fine === true ? { ...given, ...FINE } : given;
  const program = findTarget(name, env, options.cwd);
  const { cwd, stdio = "inherit" } = options;
  return traceWith({ command: [name, ...args], process: undefined, program, cwd, env, stdio }, options);
}

/**
 * Traces a process that runs already, and the children it starts, until it ends or `signal` aborts (Linux).
 *
 * What it had before does not count: growth, peak and held are those since.
 *
 * @throws TargetError where there is no such process
 * @throws NoTracerError where the tracer that was asked for, or every one, cannot be used
 * @throws TracerError where the tracer fails
 */
export async function attach(pid: number, options: TraceOptions = {}): Promise<Recording> {
  const running = lookAt(pid);
  const { env } = process;
  return traceWith(
    {
      command: [running.command],
      process: running,
      program: `/proc/${pid}/exe`,
      cwd: undefined,
      env,
      stdio: "ignore",
    },
    options,
  );
}

type Target = Pick<TraceRequest, "command" | "cwd" | "env" | "process" | "program" | "stdio">;

async function traceWith(target: Target, options: TraceOptions): Promise<Recording> {
  const { metric = "brk", onPassedOver } = options;
  const { program } = target;
  const attaching = target.process !== undefined;
  const backend = await choose({
    backend: options.backend,
    metric,
    attach: attaching,
    live: options.onUpdate !== undefined,
    program,
    onPassedOver,
  });
  const directory = await mkdtemp(join(tmpdir(), "dtrace-tools-"));
  let forget: (() => void) | undefined;
  try {
    return await traced(backend, {
      ...target,
      metric,
      directory,
      maxTraceBytes: options.maxTraceBytes ?? DEFAULT_MAX_TRACE,
      onUpdate: options.onUpdate,
      onStart(running) {
        forget = onAbort(options.signal, () => running.kill("SIGTERM"));
        options.onStart?.(running);
      },
    });
  } finally {
    forget?.();
    await rm(directory, { recursive: true, force: true });
  }
}

async function traced(backend: Backend, request: TraceRequest): Promise<Recording> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const { exit, imported, partial } = await backend.trace(request);
  const { heap, beside = {}, lost, warnings } = imported;
  if (heap === undefined) throw new TracerError(`the trace of ${backend.name} has no heap in it`, "");
  const profile = nameJavaScript(await demangle(imported.profile));
  const duration = Math.round(performance.now() - start);
  const { metric, command } = request;
  const facts = { backend: backend.name, metric, command: [...command], startedAt, duration, exit, partial };
  return { ...facts, timeline: [], ...heap, beside, profile, lost, warnings };
}
