import { readFileSync } from "node:fs";

/** What the system tells of that is rounded down to, in nanoseconds. */
const STEP = 10_000_000;

/** How long the system has been running, in nanoseconds, rounded up: the clock that bpftrace goes by (Linux). */
export function sinceStart(): number {
  return Number.parseFloat(readFileSync("/proc/uptime", "latin1")) * 1e9 + STEP;
}
