import { constants } from "node:os";
import {
  attach,
  BACKEND_NAMES,
  type BackendName,
  backendsFor,
  type Metric,
  METRICS,
  record,
  type Recording,
  type RecordOptions,
} from "dtrace-tools";
import { UsageError } from "./errors.ts";
import { readCount, readName } from "./options.ts";
import { Relay } from "./relay.ts";
import type { Report } from "./report/report.ts";
import type { Outcome } from "./verb.ts";

/** Options of the verbs that run a command. */
export const RUN_OPTIONS = {
  backend: {
    type: "string",
    value: "NAME",
    help: "the tracer; the best that works here unless told, see memprof doctor",
  },
  metric: { type: "string", value: "NAME", help: "brk, heap, allocations or faults (brk)" },
  fine: {
    type: "boolean",
    help: "let the C library grow the heap page by page, so that each caller pays its own",
  },
} as const;

/** Option of the verbs that can watch a process. */
export const PID_OPTIONS = {
  pid: { type: "string", short: "p", value: "PID", help: "watch this process instead of running a command" },
} as const;

/** Values of those options. */
export interface RunValues {
  readonly backend?: string | undefined;
  readonly metric?: string | undefined;
  readonly fine?: boolean | undefined;
}

/** What those options mean. */
export interface RunChoice {
  readonly backend: BackendName | undefined;
  readonly metric: Metric;
  readonly fine: boolean;
}

/**
 * Without a metric it is brk, or what the tracer measures that was asked for.
 *
 * @throws UsageError where there is no such backend or metric
 */
export function readRunChoice({ backend: tracer, metric, fine = false }: RunValues): RunChoice {
  const backend = tracer === undefined ? undefined : readName("--backend", tracer, BACKEND_NAMES);
  const measured = METRICS.filter((name) => backend === undefined || backendsFor(name).includes(backend));
  return { backend, metric: readName("--metric", metric ?? measured[0] ?? "brk", METRICS), fine };
}

/** What is recorded: a command, or a process that runs already. */
export type Target =
  | { readonly command: readonly string[]; readonly pid?: undefined }
  | { readonly command?: undefined; readonly pid: number };

/** @throws UsageError where there is neither a command nor a process, or both */
export function readTarget(command: readonly string[], pidText: string | undefined): Target {
  const pid = readCount("--pid", pidText);
  if (pid === undefined && command.length > 0) return { command };
  if (pid !== undefined && command.length === 0) return { pid };
  const found = pid === undefined ? "neither" : "both";
  throw new UsageError(`a command after -- or --pid was expected, found ${found}`);
}

/** How `recordTarget` runs it. */
export interface TargetOptions extends Pick<RecordOptions, "onUpdate" | "stdio"> {
  readonly report: Report;
  /** Told of each signal that memprof gets meanwhile. */
  readonly onSignal?: (signal: NodeJS.Signals) => void;
}

/** Runs a command, or watches a process, with signals passed on. */
export async function recordTarget(
  target: Target,
  { backend, metric, fine }: RunChoice,
  { report, onSignal, ...rest }: TargetOptions,
): Promise<Recording> {
  const relay = new Relay(target.pid !== undefined, onSignal);
  const onStart = (running: { kill(signal: NodeJS.Signals): void }): void => relay.start(running);
  const options = { backend, metric, ...rest, ...passingOver(report), onStart };
  try {
    return await (target.pid === undefined
      ? record(target.command, { ...options, fine })
      : attach(target.pid, options));
  } finally {
    relay.stop();
  }
}

/** Ends as the command did. */
export function outcomeOf({ exit: { code, signal } }: Recording): Outcome {
  return { status: code ?? 128 + (signal === undefined ? 0 : constants.signals[signal]), signal };
}

/** Says of each tracer that is passed over why, where that can be changed. */
function passingOver(report: Report): Pick<RecordOptions, "onPassedOver"> {
  return {
    onPassedOver({ name, reason, remedy }) {
      if (remedy !== undefined) report.note(`${name} is passed over: ${reason} (${remedy})`);
    },
  };
}
