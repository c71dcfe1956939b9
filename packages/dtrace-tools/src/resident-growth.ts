import { readFileSync, writeFileSync } from "node:fs";

/**
 * Runs a function and tells by how many bytes the resident memory of this process rose above what it was before.
 *
 * Linux remembers the largest size since it was last told to forget it. Elsewhere only what goes beyond the largest size
 * of the whole process is seen.
 */
export async function residentGrowth(action: () => unknown): Promise<number> {
  (globalThis as { gc?: () => void }).gc?.();
  const resettable = forgetLargest();
  const before = resettable ? sizes().now : largest();
  await action();
  const most = resettable ? sizes().most : largest();
  return Math.max(most - before, 0);
}

function forgetLargest(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    return false;
  }
}

function sizes(): { now: number; most: number } {
  const status = readFileSync("/proc/self/status", "latin1");
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  return { now: of("VmRSS"), most: of("VmHWM") };
}

function largest(): number {
  return process.resourceUsage().maxRSS * 1024;
}
