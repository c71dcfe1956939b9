interface Segment {
  readonly start: number;
  readonly end: number;
  readonly writable: boolean;
}

/**
 * The private anonymous mappings of a process: which addresses it has, and which of them it may write.
 *
 * Only what may be written counts as heap: V8 and others reserve address space of many megabytes without access and
 * make parts of it writable later. Every change gives how many writable bytes there are more, or less.
 */
export class MemoryMap {
  /** In the order of their addresses, none touching another of the same kind by accident of a call's size. */
  #segments: Segment[] = [];

  /** A copy, for a forked child. */
  clone(): MemoryMap {
    const copy = new MemoryMap();
    copy.#segments = [...this.#segments];
    return copy;
  }

  /** A private anonymous mapping was made; what lay there is replaced. */
  map(start: number, length: number, writable: boolean): number {
    const lost = this.unmap(start, length);
    this.#insert({ start, end: start + length, writable });
    return lost + (writable ? length : 0);
  }

  /** A range was unmapped, or something that is no private anonymous mapping took its place. */
  unmap(start: number, length: number): number {
    return this.#cut(start, start + length).reduce(
      (sum, one) => sum - (one.writable ? one.end - one.start : 0),
      0,
    );
  }

  /** The access to a range has changed; parts of it that are not private anonymous do not count. */
  protect(start: number, length: number, writable: boolean): number {
    let change = 0;
    for (const one of this.#cut(start, start + length)) {
      this.#insert({ ...one, writable });
      if (one.writable !== writable) change += (writable ? 1 : -1) * (one.end - one.start);
    }
    return change;
  }

  /** A mapping was moved or has changed its size; of a mapping that is not known nothing counts. */
  remap(from: { start: number; length: number }, to: { start: number; length: number }): number {
    const moved = this.#cut(from.start, from.start + from.length);
    const before = moved.reduce((sum, one) => sum + (one.writable ? one.end - one.start : 0), 0);
    const [first] = moved;
    if (first === undefined) return this.unmap(to.start, to.length);
    return this.map(to.start, to.length, first.writable) - before;
  }

  /** Takes a range out, and gives its parts. */
  #cut(start: number, end: number): Segment[] {
    const first = this.#firstEndingAfter(start);
    let last = first;
    const inside: Segment[] = [];
    const beside: Segment[] = [];
    for (; last < this.#segments.length; last++) {
      const one = this.#segments[last];
      if (one === undefined || one.start >= end) break;
      inside.push({ ...one, start: Math.max(one.start, start), end: Math.min(one.end, end) });
      if (one.start < start) beside.push({ ...one, end: start });
      if (one.end > end) beside.push({ ...one, start: end });
    }
    this.#segments.splice(first, last - first, ...beside);
    return inside;
  }

  #insert(segment: Segment): void {
    if (segment.end > segment.start) this.#segments.splice(this.#firstEndingAfter(segment.start), 0, segment);
  }

  #firstEndingAfter(address: number): number {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#segments[middle]?.end ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
