import { readFileSync } from "node:fs";
import { formatSize, type LiveHeap, topFrames } from "dtrace-tools";
import { clipped } from "./clipped.ts";
import type { Report } from "./report.ts";

const FRAMES = 10;
/** To the upper left corner, and nothing below it. */
const CLEAR = "\u001B[H\u001B[J";

/** Shows how things stand again and again, the last state at most once in an interval of milliseconds. */
export class Screen {
  readonly #report: Report;
  readonly #timer: NodeJS.Timeout;
  #live: LiveHeap | undefined;
  #shown: Promise<void> = Promise.resolve();

  constructor(report: Report, interval: number) {
    this.#report = report;
    this.#timer = setInterval(() => this.#show(), interval);
  }

  update(live: LiveHeap): void {
    this.#live = live;
  }

  /** Shows the last state. */
  async end(): Promise<void> {
    this.stop();
    this.#show();
    await this.#shown;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #show(): void {
    if (this.#live === undefined) return;
    const { columns } = this.#report;
    // On a terminal each picture takes the place of the one before.
    const text = `${columns === undefined ? "" : CLEAR}${clipped(picture(this.#live), columns)}`;
    this.#shown = this.#shown.then(() => this.#report.print([text]));
  }
}

function picture({ totals, now, pids, profile }: LiveHeap): string {
  const resident = pids.reduce((sum, pid) => sum + residentOf(pid), 0);
  const cells = [
    ["heap", formatSize(now)],
    ["largest", formatSize(totals.peak ?? 0)],
    ["grown", formatSize(totals.bytes)],
    ["calls", String(totals.calls)],
    ["resident", formatSize(resident)],
    ["processes", String(pids.length)],
  ];
  const line = cells.map(([name, value]) => `${name} ${value}`);
  const frames = topFrames(profile, { limit: FRAMES }).map(
    ({ name, total, self }) =>
      `${formatSize(total).padStart(12)} ${formatSize(self).padStart(12)}  ${name.replaceAll(/\p{Cc}/gu, "?")}`,
  );
  const heading = `${"total".padStart(12)} ${"self".padStart(12)}  frame`;
  return [line.slice(0, 3).join("   "), line.slice(3).join("   "), heading, ...frames, "", ""].join("\n");
}

/** Bytes of memory that a process has now; 0 where it has ended or the system does not tell. */
function residentOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
