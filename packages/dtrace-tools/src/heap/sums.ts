import { quantize } from "../quantize.ts";

/** Totals of a heap while they are summed up; sizes are bytes. */
export interface Sums {
  bytes: number;
  calls: number;
  released: number;
  peak: number;
  held: number;
  readonly buckets: Map<number, number>;
}

/** Sums of nothing yet. */
export function emptySums(): Sums {
  return { bytes: 0, calls: 0, released: 0, peak: 0, held: 0, buckets: new Map() };
}

/** Counts a change that made a heap as large as `size`. */
export function count(sums: Sums, change: number, size: number): void {
  if (change > 0) {
    sums.bytes += change;
    sums.calls++;
    quantize(sums.buckets, change);
  } else {
    sums.released -= change;
  }
  sums.peak = Math.max(sums.peak, size);
}
