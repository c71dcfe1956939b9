/** What stands before a block, 48 bits in two halves. */
export const BLOCK_MARK = [0x314159, 0x265359] as const;
/** What stands after the last block of a stream. */
export const END_MARK = [0x177245, 0x385090] as const;
/** The bits of a mark. */
export const MARK_BITS = 48;

/**
 * By a byte: in which ways it can be the first, or the second, whole byte of a mark behind the mark's first 1 to 8 bits. Bit n
 * is for a block mark that starts n bits into the byte before those, bit 8 + n for an end mark.
 */
const FIRST_WAYS = makeWays(8);
const SECOND_WAYS = makeWays(0);

/**
 * Finds the next place where a mark of either kind stands. Blocks start anywhere in a byte.
 *
 * @param from the first place that counts, in bits from the start of the bytes
 * @param end how many bytes count
 * @returns in bits, or -1 where there is no whole mark
 */
export function findMark(bytes: Uint8Array, from: number, end: number): number {
  // A mark that starts in byte n ends in byte n + 6 at the latest, and in byte n + 5 at the earliest.
  const last = end - 5;
  for (let index = Math.floor(from / 8); index <= last; index++) {
    const first = FIRST_WAYS[bytes[index + 1] as number] as number;
    if (first === 0) continue;
    const ways = first & (SECOND_WAYS[bytes[index + 2] as number] as number);
    if (ways === 0) continue;
    for (let shift = 0; shift < 8; shift++) {
      if (((ways >> shift) & 0x101) === 0) continue;
      const position = index * 8 + shift;
      if (position >= from && position + MARK_BITS <= end * 8 && markAt(bytes, position) !== undefined)
        return position;
    }
  }
  return -1;
}

/** Tells which mark stands at a place; there have to be 48 bits. */
export function markAt(bytes: Uint8Array, position: number): "block" | "end" | undefined {
  const high = bitsAt(bytes, position, 24);
  const low = bitsAt(bytes, position + 24, 24);
  if (high === BLOCK_MARK[0] && low === BLOCK_MARK[1]) return "block";
  return high === END_MARK[0] && low === END_MARK[1] ? "end" : undefined;
}

/**
 * Reads up to 32 bits at any place.
 *
 * @returns an unsigned number
 */
export function bitsAt(bytes: Uint8Array, position: number, count: number): number {
  let value = 0;
  const first = Math.floor(position / 8);
  const end = position + count;
  for (let index = first; index * 8 < end; index++) value = value * 256 + (bytes[index] ?? 0);
  const surplus = (8 - (end % 8)) % 8;
  return Math.floor(value / 2 ** surplus) % 2 ** count;
}

/** @param surplus how many of a mark's first 24 bits stand behind the byte when the mark starts with a byte */
function makeWays(surplus: number): Uint16Array {
  const ways = new Uint16Array(256);
  for (const [kind, [high]] of [BLOCK_MARK, END_MARK].entries()) {
    for (let shift = 0; shift < 8; shift++) {
      const byte = (high >> (surplus + shift)) & 0xff;
      ways[byte] = (ways[byte] ?? 0) | (1 << (8 * kind + shift));
    }
  }
  return ways;
}
