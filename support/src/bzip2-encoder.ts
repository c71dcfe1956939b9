/*
 * A small bzip2 encoder, for machines without the program. It writes every part of the format, but gives all symbols codes
 * of one length, so its output is larger than that of the real one.
 */

/** Less than the format allows, since sorting is several times faster in memory that the processor's cache holds. */
const BLOCK_SIZE = 30_000;
const GROUP = 50;
const POLYNOMIAL = 0x04c11db7;

/** Compresses bytes to one bzip2 stream of level 1. */
export function encodeBzip2(bytes: Uint8Array): Buffer {
  const bits = new BitWriter();
  for (const byte of Buffer.from("BZh1")) bits.write(byte, 8);
  let streamCrc = 0;
  for (let start = 0; start < bytes.length;) {
    const { block, taken } = runLengths(bytes, start);
    const crc = checksum(bytes.subarray(start, start + taken));
    writeBlock(bits, block, crc);
    streamCrc = ((streamCrc << 1) | (streamCrc >>> 31)) ^ crc;
    start += taken;
  }
  bits.write(0x177245, 24);
  bits.write(0x385090, 24);
  bits.writeWord(streamCrc);
  return bits.end();
}

/** The first coding: four equal bytes are followed by how many more there are. */
function runLengths(bytes: Uint8Array, start: number): { block: Uint8Array; taken: number } {
  const block = new Uint8Array(BLOCK_SIZE);
  let filled = 0;
  let index = start;
  while (index < bytes.length && filled < BLOCK_SIZE - 24) {
    const byte = bytes[index] ?? 0;
    let run = 1;
    while (run < 255 && bytes[index + run] === byte) run += 1;
    block.fill(byte, filled, filled + Math.min(run, 4));
    filled += Math.min(run, 4);
    if (run >= 4) block[filled++] = run - 4;
    index += run;
  }
  return { block: block.subarray(0, filled), taken: index - start };
}

function writeBlock(bits: BitWriter, block: Uint8Array, crc: number): void {
  const rotations = sortRotations(block);
  bits.write(0x314159, 24);
  bits.write(0x265359, 24);
  bits.writeWord(crc);
  bits.write(0, 1);
  bits.write(rotations.indexOf(0), 24);
  const alphabet = bytesOf(block);
  writeAlphabet(bits, alphabet);
  const symbols = moveToFront(block, rotations, alphabet);
  const length = Math.max(1, Math.ceil(Math.log2(alphabet.length + 2)));
  writeTables(bits, Math.ceil(symbols.length / GROUP), alphabet.length + 2, length);
  for (const symbol of symbols) bits.write(symbol, length);
}

/**
 * Sorts all rotations of a block by doubling: ranks by the first 1, 2, 4, ... bytes until all differ or all has been seen.
 *
 * @returns where each rotation starts, in sorted order
 */
function sortRotations(block: Uint8Array): Int32Array {
  const { length } = block;
  let rank = new Int32Array(block);
  let next = new Int32Array(length);
  let order: Int32Array = new Int32Array(length);
  for (let place = 0; place < length; place++) order[place] = place;
  let sorted: Int32Array = new Int32Array(length);
  const starts = new Int32Array(Math.max(256, length) + 1);
  countingSort(order, rank, starts, sorted);
  [order, sorted] = [sorted, order];
  let classes = 0;
  for (let width = 1; width < 2 * length && classes !== length; width *= 2) {
    // Sorted by the second half already: shift, then sort by the first half, keeping order among equals.
    const step = width % length;
    for (let index = 0; index < length; index++) {
      const place = (order[index] as number) - step;
      order[index] = place < 0 ? place + length : place;
    }
    countingSort(order, rank, starts, sorted);
    [order, sorted] = [sorted, order];
    classes = rankPairs(order, rank, step, next);
    [rank, next] = [next, rank];
  }
  return order;
}

/** Ranks rotations in sorted order by two ranks, their own and that of the rotation `step` further on. */
function rankPairs(order: Int32Array, rank: Int32Array, step: number, next: Int32Array): number {
  const { length } = order;
  let classes = 0;
  let firstBefore = -1;
  let secondBefore = -1;
  for (let index = 0; index < length; index++) {
    const place = order[index] as number;
    const other = place + step;
    const first = rank[place] as number;
    const second = rank[other < length ? other : other - length] as number;
    if (first !== firstBefore || second !== secondBefore) classes += 1;
    next[place] = classes - 1;
    firstBefore = first;
    secondBefore = second;
  }
  return classes;
}

/** Sorts places by their ranks into `sorted`, keeping the order of equal ones. */
function countingSort(places: Int32Array, rank: Int32Array, starts: Int32Array, sorted: Int32Array): void {
  const { length } = places;
  starts.fill(0);
  for (let index = 0; index < length; index++) {
    const value = (rank[index] as number) + 1;
    starts[value] = (starts[value] as number) + 1;
  }
  for (let index = 1; index < starts.length; index++)
    starts[index] = (starts[index] as number) + (starts[index - 1] as number);
  for (let index = 0; index < length; index++) {
    const place = places[index] as number;
    const value = rank[place] as number;
    const target = starts[value] as number;
    starts[value] = target + 1;
    sorted[target] = place;
  }
}

/** The bytes that occur, in rising order. */
function bytesOf(block: Uint8Array): number[] {
  const occurs = new Uint8Array(256);
  for (let index = 0; index < block.length; index++) occurs[block[index] as number] = 1;
  return [...occurs.keys()].filter((byte) => occurs[byte] === 1);
}

function writeAlphabet(bits: BitWriter, alphabet: readonly number[]): void {
  const used = new Set(alphabet);
  const parts = Array.from({ length: 16 }, (_, part) =>
    Array.from({ length: 16 }, (__, member) => (used.has(part * 16 + member) ? 0x8000 >> member : 0)).reduce(
      (sum, bit) => sum + bit,
      0,
    ),
  );
  bits.write(
    parts.reduce((sum, part, index) => sum + (part === 0 ? 0 : 0x8000 >> index), 0),
    16,
  );
  for (const part of parts) if (part !== 0) bits.write(part, 16);
}

/** The last column of the sorted rotations as places in a move-to-front list, with runs of the first place as numbers. */
function moveToFront(block: Uint8Array, rotations: Int32Array, alphabet: readonly number[]): number[] {
  const front = Uint8Array.from(alphabet);
  const symbols: number[] = [];
  let zeros = 0;
  const flush = () => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) symbols.push((zeros - 1) & 1);
    zeros = 0;
  };
  for (const start of rotations) {
    const byte = block[(start + block.length - 1) % block.length] ?? 0;
    if (byte === front[0]) {
      zeros += 1;
      continue;
    }
    flush();
    // Looks for the byte and moves those before it back, at once.
    let place = 0;
    for (let moved = byte; ; place++) {
      const found = front[place] as number;
      front[place] = moved;
      if (found === byte) break;
      moved = found;
    }
    symbols.push(place + 1);
  }
  flush();
  symbols.push(alphabet.length + 1);
  return symbols;
}

/** Two equal tables, since two is the least; every group uses the first. */
function writeTables(bits: BitWriter, groups: number, symbols: number, length: number): void {
  bits.write(2, 3);
  bits.write(groups, 15);
  for (let group = 0; group < groups; group++) bits.write(0, 1);
  for (let table = 0; table < 2; table++) {
    bits.write(length, 5);
    for (let symbol = 0; symbol < symbols; symbol++) bits.write(0, 1);
  }
}

function checksum(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] ?? 0);
  return ~crc;
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc;
});

class BitWriter {
  #bytes: Uint8Array = new Uint8Array(1 << 16);
  #length = 0;
  #held = 0;
  #heldBits = 0;

  /** @param count 1 to 24 */
  write(value: number, count: number): void {
    this.#held = (this.#held << count) | value;
    this.#heldBits += count;
    for (; this.#heldBits >= 8; this.#heldBits -= 8) this.#push((this.#held >>> (this.#heldBits - 8)) & 0xff);
    this.#held &= (1 << this.#heldBits) - 1;
  }

  writeWord(value: number): void {
    this.write(value >>> 16, 16);
    this.write(value & 0xffff, 16);
  }

  end(): Buffer {
    if (this.#heldBits > 0) this.write(0, 8 - this.#heldBits);
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}
