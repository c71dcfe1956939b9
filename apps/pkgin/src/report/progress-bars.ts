import type { Output } from "./output.ts";
import { barLine, type BarState } from "./progress.ts";

/** Redrawing more often than this shows nothing more, in milliseconds. */
const REDRAW_INTERVAL = 100;

interface Bar {
  readonly started: number;
  readonly state: BarState;
}

/**
 * Several progress bars at the bottom of a terminal, one below the other; what has ended, and what else there is to say, goes
 * above them.
 */
export class ProgressBars {
  readonly #output: Output;
  readonly #bars: Map<string, Bar> = new Map();
  /** Lines that are drawn now. */
  #drawn = 0;
  #lastDrawn = Number.NEGATIVE_INFINITY;
  #isPaused = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** @param name as it stands before the bar */
  update(name: string, state: BarState): void {
    const { started = performance.now() } = this.#bars.get(name) ?? {};
    this.#bars.set(name, { started, state });
    if (performance.now() - this.#lastDrawn >= REDRAW_INTERVAL) this.#draw();
  }

  /** Takes a bar from the others; one that was there stays above them. */
  end(name: string): void {
    const bar = this.#bars.get(name);
    if (bar === undefined) return;
    this.#bars.delete(name);
    this.#clear();
    this.#output.draw(`\r${line(name, bar, Infinity)}\u001B[K\n`);
    this.#draw();
  }

  /** Lets something else write to the terminal, below what has ended. */
  pause(): void {
    this.#clear();
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#draw();
  }

  #draw(): void {
    if (this.#isPaused || this.#bars.size === 0) return;
    const { columns } = this.#output;
    const lines = [...this.#bars].map(([name, bar]) => `${line(name, bar, columns)}\u001B[K`);
    this.#output.draw(`${this.#toFirstLine()}${lines.join("\n")}`);
    this.#drawn = lines.length;
    this.#lastDrawn = performance.now();
  }

  #clear(): void {
    if (this.#drawn > 0) this.#output.draw(`${this.#toFirstLine()}\u001B[J`);
    this.#drawn = 0;
  }

  #toFirstLine(): string {
    return this.#drawn > 1 ? `\r\u001B[${this.#drawn - 1}A` : "\r";
  }
}

function line(name: string, { started, state }: Bar, columns: number): string {
  return barLine(name, state, { elapsed: performance.now() - started, columns });
}
