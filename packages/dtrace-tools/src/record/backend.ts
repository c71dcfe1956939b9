import type { StdioOptions } from "node:child_process";
import type { LiveHeap } from "../heap/tracker.ts";
import type { Metric } from "../heap/totals.ts";
import type { Imported, RunningProcess } from "../import/imported.ts";

/** The tracers, best first: the order in which they are tried for what they can measure. */
export const BACKEND_NAMES = [
  "dtrace",
  "perf",
  "strace-k",
  "strace",
  "perf-fp",
  "bpftrace",
  "node",
  "heaptrack",
  "dhat",
  "massif",
] as const;

/**
 * A way to trace; `strace-k` is strace with stacks, `perf-fp` perf with stacks by frame pointers, `node` the sampling of
 * Node itself, `dhat` and `massif` are tools of valgrind.
 */
export type BackendName = (typeof BACKEND_NAMES)[number];

/** A tracer that can be used here. */
export interface Usable {
  readonly name: BackendName;
  readonly usable: true;
  /** The program's own words about its version. */
  readonly version: string;
  /** What it sees and what it costs. */
  readonly note: string;
}

/** A tracer that cannot be used here, or was not used. */
export interface Unusable {
  readonly name: BackendName;
  readonly usable: false;
  /** Why, as a phrase. */
  readonly reason: string;
  /** The command that would change it; undefined where there is none. */
  readonly remedy: string | undefined;
}

/** Whether a tracer can be used here. */
export type Availability = Usable | Unusable;

/** Says that a tracer cannot be used, why, and which command would change it. */
export function unusable(name: BackendName, reason: string, remedy?: string): Unusable {
  return { name, usable: false, reason, remedy };
}

/** What a backend is asked to run. */
export interface TraceRequest {
  /** The program and its arguments; with `process`, of the one that runs already. */
  readonly command: readonly [string, ...string[]];
  /** A running process to trace instead of starting the command. */
  readonly process: RunningProcess | undefined;
  /** Where the program is. */
  readonly program: string;
  readonly metric: Metric;
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Standard input, output and error of the target. */
  readonly stdio: StdioOptions;
  /** A directory of this recording's own, removed afterwards. */
  readonly directory: string;
  /** Bytes of trace on disk from which on no more is recorded. */
  readonly maxTraceBytes: number;
  /** Told now and then how things stand, where the tracer tells while it goes (strace). */
  readonly onUpdate?: ((live: LiveHeap) => void) | undefined;
  /** Told the process to send signals to, once there is one. */
  readonly onStart: (target: { kill(signal: NodeJS.Signals): void }) => void;
}

/** How a process ended: with a status, or by a signal. */
export interface Exit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** What came of a traced run. */
export interface Traced {
  readonly exit: Exit;
  readonly imported: Imported;
  /** Why a part is missing, as a sentence; undefined where all of it was recorded. */
  readonly partial?: string | undefined;
}

/** A tracer behind the interface that they all have. */
export interface Backend {
  readonly name: BackendName;
  /** What it can measure. */
  readonly metrics: readonly Metric[];
  /** Whether it can trace a process that runs already. */
  readonly attaches: boolean;
  /** Whether it tells how things stand while the command runs. */
  readonly tellsLive?: true;
  /** Finds out whether it can be used, by trying it where that is quick. */
  available(): Promise<Availability>;
  trace(request: TraceRequest): Promise<Traced>;
}
