import type { Progress } from "./options.ts";

/** Over how much of the past the rate is taken, in milliseconds. */
const WINDOW = 5000;
/** Marks of the past that are kept. */
const MARKS = 20;

interface Mark {
  readonly time: number;
  readonly received: number;
}

/** Tells how fast a transfer goes and how long it will take. */
export class ProgressMeter {
  readonly #total: number | undefined;
  readonly #marks: Mark[];

  /** @param start bytes that were there from before; they say nothing about the rate */
  constructor(start: number, total: number | undefined) {
    this.#total = total;
    this.#marks = [{ time: performance.now(), received: start }];
  }

  /** @param received bytes so far, those from before included */
  progress(received: number): Progress {
    const now = performance.now();
    const first = this.#marks[0] as Mark;
    const elapsed = now - first.time;
    const rate = elapsed > 0 ? ((received - first.received) * 1000) / elapsed : 0;
    this.#mark(now, received);
    const total = this.#total;
    const secondsLeft = total === undefined || rate <= 0 ? undefined : Math.max(0, total - received) / rate;
    return { received, total, rate, secondsLeft };
  }

  #mark(now: number, received: number): void {
    const last = this.#marks.at(-1) as Mark;
    if (now - last.time >= WINDOW / MARKS) this.#marks.push({ time: now, received });
    while (this.#marks.length > 1 && now - (this.#marks[0] as Mark).time > WINDOW) this.#marks.shift();
  }
}
