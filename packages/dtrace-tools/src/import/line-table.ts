const FIRST_ROOM = 1024;
/** How much of a line its hash is made of, in bytes from its end. */
const HASHED = 16;

/**
 * Numbers distinct lines by their bytes, so that a line that was seen before is neither decoded nor looked at again.
 *
 * A trace of millions of lines has some thousand different ones; making a string of each takes most of the time.
 */
export class LineTable {
  #bytes = new Uint8Array(64 * 1024);
  #used = 0;
  #starts = new Int32Array(FIRST_ROOM);
  #hashes = new Int32Array(FIRST_ROOM);
  /** What the owner knows about each line. */
  #meanings = new Int32Array(FIRST_ROOM);
  #size = 0;
  /** Lines by their hash, plus one; 0 is free. */
  #slots = new Int32Array(FIRST_ROOM * 2);

  /** The meaning of the line from `from` to `to`; where it is new, what `explain` makes of its text. */
  meaningOf(source: Uint8Array, from: number, to: number, explain: (text: string) => number): number {
    let hash = to - from;
    // The end of a line tells most: there are the function and its offset.
    for (let at = Math.max(from, to - HASHED); at < to; at++)
      hash = (Math.imul(hash, 31) + (source[at] ?? 0)) | 0;
    const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    const mask = this.#slots.length - 1;
    let slot = (mixed ^ (mixed >>> 13)) & mask;
    for (let line = this.#slots[slot] ?? 0; line !== 0; line = this.#slots[slot] ?? 0) {
      if (this.#hashes[line - 1] === mixed && this.#is(line - 1, source, from, to)) {
        return this.#meanings[line - 1] ?? 0;
      }
      slot = (slot + 1) & mask;
    }
    const meaning = explain(Buffer.from(source.buffer, source.byteOffset + from, to - from).toString("utf8"));
    this.#add(source.subarray(from, to), mixed, meaning);
    this.#slots[slot] = this.#size;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return meaning;
  }

  #is(line: number, source: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[line] ?? 0;
    const end = line + 1 < this.#size ? (this.#starts[line + 1] ?? 0) : this.#used;
    if (end - start !== to - from) return false;
    const bytes = this.#bytes;
    for (let at = 0; at < end - start; at++) if (bytes[start + at] !== source[from + at]) return false;
    return true;
  }

  #add(line: Uint8Array, hash: number, meaning: number): void {
    if (this.#used + line.length > this.#bytes.length) {
      const roomier = new Uint8Array((this.#used + line.length) * 2);
      roomier.set(this.#bytes);
      this.#bytes = roomier;
    }
    if (this.#size === this.#starts.length) this.#grow();
    this.#bytes.set(line, this.#used);
    this.#starts[this.#size] = this.#used;
    this.#hashes[this.#size] = hash;
    this.#meanings[this.#size] = meaning;
    this.#used += line.length;
    this.#size++;
  }

  #grow(): void {
    this.#starts = larger(this.#starts);
    this.#hashes = larger(this.#hashes);
    this.#meanings = larger(this.#meanings);
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let line = 0; line < this.#size; line++) {
      const mixed = this.#hashes[line] ?? 0;
      let slot = (mixed ^ (mixed >>> 13)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = line + 1;
    }
    this.#slots = slots;
  }
}

function larger(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(column.length * 2);
  copy.set(column);
  return copy;
}
