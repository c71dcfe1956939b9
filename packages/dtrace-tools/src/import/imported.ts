import type { HeapTotals, ProcessHeap } from "../heap/totals.ts";
import type { TimePoint } from "../heap/timeline.ts";
import type { Profile } from "../profile/profile.ts";
import type { Buckets } from "../quantize.ts";

/** What a trace tells; which parts there are depends on the format. */
export interface Imported {
  /** The stacks; empty where the trace has none. */
  readonly profile: Profile;
  /** Growth of heaps, where the trace has calls of brk. */
  readonly heap?: {
    readonly totals: HeapTotals;
    readonly processes: readonly ProcessHeap[];
    /** The course of the size, where the trace has times. */
    readonly timeline?: readonly TimePoint[];
  };
  /** Distributions that the trace has as text, by title. */
  readonly distributions?: ReadonlyMap<string, Buckets>;
  /** Single numbers that the trace has as text, by title. */
  readonly sums?: ReadonlyMap<string, number>;
  /** Memory that only its size is known of, such as Node's Buffers, by name, in bytes. */
  readonly beside?: Readonly<Record<string, number>>;
  /** Records that the tracer says it lost, of calls or of other events. */
  readonly lost: number;
  /** What is odd about the trace, a sentence each, such as that it ends in the middle of a call. */
  readonly warnings: readonly string[];
}

/** A process that ran before it was traced. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
  readonly threads: readonly number[];
  /** Where its classic heap ends; undefined where it has none yet. */
  readonly heapEnd: number | undefined;
}
