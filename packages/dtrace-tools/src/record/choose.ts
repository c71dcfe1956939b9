import { NoTracerError } from "../errors.ts";
import type { Metric } from "../heap/totals.ts";
import {
  type Availability,
  type Backend,
  BACKEND_NAMES,
  type BackendName,
  type Unusable,
  unusable,
} from "./backend.ts";
import { bpftraceBackend } from "./bpftrace.ts";
import { dtraceBackend } from "./dtrace.ts";
import { isNodeProgram } from "./find-program.ts";
import { heaptrackBackend } from "./heaptrack.ts";
import { nodeBackend } from "./node.ts";
import { perfBackend } from "./perf.ts";
import { straceBackend } from "./strace.ts";
import { valgrindBackend } from "./valgrind.ts";

const BACKENDS: Readonly<Record<BackendName, Backend>> = {
  dtrace: dtraceBackend,
  perf: perfBackend("perf"),
  "strace-k": straceBackend(true),
  strace: straceBackend(false),
  "perf-fp": perfBackend("perf-fp"),
  bpftrace: bpftraceBackend,
  node: nodeBackend,
  heaptrack: heaptrackBackend,
  dhat: valgrindBackend("dhat"),
  massif: valgrindBackend("massif"),
};

/** What a tracer is chosen for. */
export interface Need {
  /** The one that is wanted; the best that can be used where undefined. */
  readonly backend: BackendName | undefined;
  readonly metric: Metric;
  /** Whether it is to trace a process that runs already. */
  readonly attach: boolean;
  /** Whether it is to tell how things stand while the command runs. */
  readonly live: boolean;
  /** Where the target's program is. */
  readonly program: string;
  /** Told of each tracer that is passed over. */
  readonly onPassedOver: ((tracer: Unusable) => void) | undefined;
}

/** Tells of each tracer, best first, whether it can be used here, and if not why. */
export function available(): Promise<Availability[]> {
  return Promise.all(BACKEND_NAMES.map((name) => BACKENDS[name].available()));
}

/** The names of the tracers that can measure a metric. */
export function backendsFor(metric: Metric): readonly BackendName[] {
  return BACKEND_NAMES.filter((name) => BACKENDS[name].metrics.includes(metric));
}

/**
 * Chooses the tracer that was asked for, or the best one.
 *
 * @throws NoTracerError where it, or every one, cannot be used
 */
export async function choose(need: Need): Promise<Backend> {
  if (need.backend !== undefined) {
    const backend = BACKENDS[need.backend];
    const answer = misfit(backend, need) ?? (await backend.available());
    if (!answer.usable) throw new NoTracerError(`${answer.name} cannot be used: ${explain(answer)}`);
    return backend;
  }
  const passedOver: Unusable[] = [];
  for (const name of backendsFor(need.metric)) {
    const backend = BACKENDS[name];
    const answer = misfit(backend, need) ?? unsuitable(name, need.program) ?? (await backend.available());
    if (answer.usable) return backend;
    passedOver.push(answer);
    need.onPassedOver?.(answer);
  }
  const reasons = passedOver.map((tracer) => `\n  ${tracer.name}: ${explain(tracer)}`);
  throw new NoTracerError(`no tracer can be used here for ${need.metric}:${reasons.join("")}`);
}

/** What a tracer cannot do at all. */
function misfit({ name, metrics, attaches, tellsLive }: Backend, need: Need): Unusable | undefined {
  if (!metrics.includes(need.metric)) {
    return unusable(
      name,
      `it measures ${metrics.join(", ")}, not ${need.metric}`,
      `--metric ${metrics[0] ?? ""}`,
    );
  }
  if (need.attach && !attaches) return unusable(name, "it cannot trace a process that runs already");
  if (need.live && tellsLive !== true) return unusable(name, "it tells nothing before the command has ended");
  return undefined;
}

/** What a tracer can do, but should do only when it is asked for. */
function unsuitable(name: BackendName, program: string): Unusable | undefined {
  if (name === "node" && !isNodeProgram(program)) return unusable(name, "it is for Node programs");
  if (name !== "strace-k" || !isNodeProgram(program)) return undefined;
  const reason = "stacks by strace make a Node program some 60 times slower and have no JavaScript frames";
  return unusable(name, reason, "--backend strace-k to have it nevertheless");
}

function explain(tracer: Unusable): string {
  return tracer.remedy === undefined ? tracer.reason : `${tracer.reason}; to change it: ${tracer.remedy}`;
}
