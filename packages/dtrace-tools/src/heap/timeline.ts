/** How large the heaps of all processes were together, at a time. */
export interface TimePoint {
  /** Milliseconds since the first event. */
  readonly time: number;
  /** Bytes; the largest size of the time until the next point. */
  readonly bytes: number;
}

const MOST_POINTS = 1000;

/** Keeps the course of a size by at most a thousand points: when there are more, neighbours become one. */
export class Timeline {
  #points: { time: number; bytes: number }[] = [];
  #start: number | undefined;
  /** How far points are apart at least, in milliseconds. */
  #step = 0;

  /** @param time of any clock, in milliseconds */
  add(time: number, bytes: number): void {
    this.#start ??= time;
    const since = Math.max(time - this.#start, 0);
    const last = this.#points.at(-1);
    if (last !== undefined && since - last.time < this.#step) {
      last.bytes = Math.max(last.bytes, bytes);
      return;
    }
    this.#points.push({ time: since, bytes });
    if (this.#points.length > MOST_POINTS) this.#thin(since);
  }

  /** The points so far. */
  points(): readonly TimePoint[] {
    return this.#points.map(({ time, bytes }) => ({ time: Math.round(time * 1000) / 1000, bytes }));
  }

  #thin(end: number): void {
    this.#step = Math.max(this.#step * 2, (end * 2) / MOST_POINTS);
    const all = this.#points;
    this.#points = [];
    for (const { time, bytes } of all) {
      const last = this.#points.at(-1);
      if (last !== undefined && time - last.time < this.#step) last.bytes = Math.max(last.bytes, bytes);
      else this.#points.push({ time, bytes });
    }
  }
}
