import type { WriteStream } from "node:tty";
import type { Progress } from "../options.ts";

/** Redrawing more often shows nothing more, in milliseconds. */
const REDRAW_INTERVAL = 100;
const DEFAULT_COLUMNS = 80;
const MIN_BAR = 10;

/** Shows on a terminal how far a transfer has come. */
export class ProgressBar {
  readonly #terminal: WriteStream;
  #drawn = -Infinity;
  #last: Progress | undefined;

  constructor(terminal: WriteStream) {
    this.#terminal = terminal;
  }

  show(progress: Progress): void {
    this.#last = progress;
    if (performance.now() - this.#drawn >= REDRAW_INTERVAL) this.#draw(progress);
  }

  /** Leaves the last line as it is, and goes on below. */
  end(): void {
    if (this.#last === undefined) return;
    this.#draw(this.#last);
    this.#last = undefined;
    this.#terminal.write("\n");
  }

  /** Tells something in a line of its own. */
  note(text: string): void {
    this.end();
    this.#terminal.write(`${text}\n`);
  }

  #draw(progress: Progress): void {
    this.#drawn = performance.now();
    // A full line would go on in the next.
    const columns = (this.#terminal.columns || DEFAULT_COLUMNS) - 1;
    this.#terminal.write(`\r${progressLine(progress, columns)}`);
  }
}

/**
 * One line of so many columns: how much of it, a bar, the rate and how long it will take. Where there is not room for all of
 * that, what comes first is told.
 */
export function progressLine({ received, total, rate, secondsLeft }: Progress, columns: number): string {
  const speed = `${bytes(rate)}/s`;
  if (total === undefined) return joinFacts([bytes(received), speed], columns).padEnd(columns);
  const share = total === 0 ? 1 : Math.min(1, received / total);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const left = received < total && secondsLeft !== undefined ? [duration(secondsLeft)] : [];
  const facts = [`${bytes(received)} of ${bytes(total)}`, speed, ...left];
  const shortest = joinFacts([percent, ...facts], columns);
  const width = columns - shortest.length - " []".length;
  const bar = width < MIN_BAR ? "" : ` [${"=".repeat(Math.floor(share * width)).padEnd(width)}]`;
  return shortest.replace(percent, percent + bar).padEnd(columns);
}

/** As many of them as there is room for. */
function joinFacts(facts: readonly string[], columns: number): string {
  const lines = facts.map((_, index) => facts.slice(0, index + 1).join("  "));
  return lines.findLast((line) => line.length <= columns) ?? "";
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Such as `1.5 MB`. */
function bytes(count: number): string {
  let unit = 0;
  let value = count;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(unit > 0 && value < 9.95 ? 1 : 0)} ${UNITS[unit]}`;
}

/** Such as `1:05` or `2:00:00`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const parts = hours > 0 ? [hours, two(minutes), two(whole % 60)] : [minutes, two(whole % 60)];
  return parts.join(":");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
