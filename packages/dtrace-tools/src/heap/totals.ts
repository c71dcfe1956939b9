import type { Buckets } from "../quantize.ts";

/**
 * What is measured: `brk` is growth of the classic heap by the brk system call; `heap` is that and private anonymous
 * memory made writable by mmap, mremap and mprotect; `allocations` is what the program asked its allocator for;
 * `faults` is resident memory, by page faults.
 */
export type Metric = "allocations" | "brk" | "faults" | "heap";

/** The names of all metrics. */
export const METRICS: readonly Metric[] = ["brk", "heap", "allocations", "faults"];

/** How a heap grew. Sizes are bytes. */
export interface HeapTotals {
  /** Sum of all growth; what was given back is not subtracted. */
  readonly bytes: number;
  /** How many calls made a heap larger; queries and calls that failed do not count. */
  readonly calls: number;
  /** Sum of what was given back. */
  readonly released: number;
  /** The largest size at any time; undefined where the tracer does not tell. */
  readonly peak: number | undefined;
  /** Still held at the end; undefined where the tracer does not tell. */
  readonly held: number | undefined;
  /** Growing calls by size. */
  readonly buckets: Buckets;
}

/** How the heap of one process grew; a forked child's peak and held include what it began with. */
export interface ProcessHeap extends HeapTotals {
  readonly pid: number;
  /** The program it ran last. */
  readonly command: string;
}
