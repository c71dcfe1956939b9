import { run } from "./processes.ts";

/**
 * Tells how many events perf lost of a trace: where its buffer was full, the trace itself has but a few of them.
 *
 * @param data the file that `perf record` wrote
 * @returns 0 where this perf does not count them
 */
export async function countLost(data: string): Promise<number> {
  const { stdout } = await run("perf", ["report", "--stats", "-i", data]);
  return lostEvents(stdout);
}

/** Sums up what `perf report --stats` says of each kind of event; the line about all of them counts records. */
export function lostEvents(stats: string): number {
  const counts = stats.matchAll(/^ *LOST_SAMPLES events: +(\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
