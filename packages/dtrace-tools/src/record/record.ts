import type { StdioOptions } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NoTracerError, TargetError, TracerError } from "../errors.ts";
import type { Metric } from "../heap.ts";
import type { Recording } from "../recording.ts";
import {
  type Availability,
  type Backend,
  BACKEND_NAMES,
  type BackendName,
  type Unusable,
} from "./backend.ts";
import { dtraceBackend } from "./dtrace.ts";
import { findTarget, isNodeProgram } from "./find-program.ts";
import { perfBackend } from "./perf.ts";
import { onAbort } from "./processes.ts";
import { straceBackend } from "./strace.ts";

/** How `record` runs a command. */
export interface RecordOptions {
  /** The tracer; the best that can be used unless told otherwise. */
  readonly backend?: BackendName | undefined;
  /** What is measured; `brk` unless told otherwise. */
  readonly metric?: Metric | undefined;
  /** The command's working directory. */
  readonly cwd?: string | undefined;
  /** The command's environment; this process's unless told otherwise. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The command's standard input, output and error; this process's own unless told otherwise. */
  readonly stdio?: StdioOptions | undefined;
  /** Ends the command with SIGTERM; what was recorded until then is the result. */
  readonly signal?: AbortSignal | undefined;
  /** Most bytes of trace on disk (perf); what comes after is not recorded; 2 GiB unless told otherwise. */
  readonly maxTraceBytes?: number | undefined;
  /** Told of each tracer that is passed over and why, before the command starts. */
  readonly onPassedOver?: ((tracer: Unusable) => void) | undefined;
  /** Told once the command runs, with a way to send it signals. */
  readonly onStart?: ((target: { kill(signal: NodeJS.Signals): void }) => void) | undefined;
}

const BACKENDS: Readonly<Record<BackendName, Backend>> = {
  dtrace: dtraceBackend,
  perf: perfBackend,
  "strace-k": straceBackend(true),
  strace: straceBackend(false),
};

const DEFAULT_MAX_TRACE = 2 * 1024 ** 3;

/** Tells of each tracer, best first, whether it can be used here, and if not why. */
export function available(): Promise<Availability[]> {
  return Promise.all(BACKEND_NAMES.map((name) => BACKENDS[name].available()));
}

/**
 * Runs a command under a tracer, with all its children, and tells how its heap grew.
 *
 * @throws TargetError where the command cannot be run
 * @throws NoTracerError where the tracer that was asked for, or every one, cannot be used
 * @throws TracerError where the tracer fails
 */
export async function record(command: readonly string[], options: RecordOptions = {}): Promise<Recording> {
  const [program, ...args] = command;
  if (program === undefined || program === "")
    throw new TargetError("", "a command was expected, found none");
  const env = options.env ?? process.env;
  const path = findTarget(program, env, options.cwd);
  const backend = await choose(path, options);
  const metric = options.metric ?? "brk";
  const directory = await mkdtemp(join(tmpdir(), "dtrace-tools-"));
  const startedAt = new Date().toISOString();
  const start = performance.now();
  let forget: (() => void) | undefined;
  try {
    const { exit, imported } = await backend.trace({
      command: [program, ...args],
      metric,
      cwd: options.cwd,
      env,
      stdio: options.stdio ?? "inherit",
      directory,
      maxTraceBytes: options.maxTraceBytes ?? DEFAULT_MAX_TRACE,
      onStart(target) {
        forget = onAbort(options.signal, () => target.kill("SIGTERM"));
        options.onStart?.(target);
      },
    });
    const { heap, profile, lost, warnings } = imported;
    if (heap === undefined) throw new TracerError(`the trace of ${backend.name} has no heap in it`, "");
    const duration = Math.round(performance.now() - start);
    const facts = { backend: backend.name, metric, command: [...command], startedAt, duration, exit };
    return { ...facts, ...heap, profile, lost, warnings };
  } finally {
    forget?.();
    await rm(directory, { recursive: true, force: true });
  }
}

async function choose(path: string, options: RecordOptions): Promise<Backend> {
  if (options.backend !== undefined) {
    const backend = BACKENDS[options.backend];
    const answer = await backend.available();
    if (!answer.usable) throw new NoTracerError(`${answer.name} cannot be used: ${explain(answer)}`);
    return backend;
  }
  const passedOver: Unusable[] = [];
  for (const name of BACKEND_NAMES) {
    const answer = await fits(name, path);
    if (answer.usable) return BACKENDS[name];
    passedOver.push(answer);
    options.onPassedOver?.(answer);
  }
  const reasons = passedOver.map((tracer) => `\n  ${tracer.name}: ${explain(tracer)}`);
  throw new NoTracerError(`no tracer can be used here:${reasons.join("")}`);
}

async function fits(name: BackendName, path: string): Promise<Availability> {
  if (name === "strace-k" && isNodeProgram(path)) {
    const reason = "stacks by strace make a Node program some 60 times slower and have no JavaScript frames";
    return { name, usable: false, reason, remedy: "--backend strace-k to have it nevertheless" };
  }
  return BACKENDS[name].available();
}

function explain(tracer: Unusable): string {
  return tracer.remedy === undefined ? tracer.reason : `${tracer.reason}; to change it: ${tracer.remedy}`;
}
