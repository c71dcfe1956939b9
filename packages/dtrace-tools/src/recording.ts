import type { HeapTotals, Metric, ProcessHeap } from "./heap/totals.ts";
import type { TimePoint } from "./heap/timeline.ts";
import type { Profile } from "./profile/profile.ts";
import type { BackendName, Exit } from "./record/backend.ts";

/** What was seen of a command's memory: totals, the same for each process, and the stacks. */
export interface Recording {
  readonly backend: BackendName;
  readonly metric: Metric;
  readonly command: readonly string[];
  /** When it began, in ISO 8601. */
  readonly startedAt: string;
  /** How long the command ran under the tracer and the trace was read, in milliseconds. */
  readonly duration: number;
  /** How the command ended. */
  readonly exit: Exit;
  readonly totals: HeapTotals;
  /** In the order in which they ended; empty where the tracer does not tell them apart. */
  readonly processes: readonly ProcessHeap[];
  /** The course of the size of all heaps together; empty where the tracer does not tell. */
  readonly timeline: readonly TimePoint[];
  /** Bytes of growth by stack; the first frame is the process's command. */
  readonly profile: Profile;
  /** Memory that only its size is known of, such as Node's Buffers, by name, in bytes. */
  readonly beside?: Readonly<Record<string, number>>;
  /** Records that the tracer lost: with any, calls are missing and the totals may be too small. */
  readonly lost: number;
  /** Why a part is missing, as a sentence; undefined where all of it was recorded. */
  readonly partial: string | undefined;
  /** What is odd about it, a sentence each. */
  readonly warnings: readonly string[];
}
