/*
 * Reads the parts of a block before its symbols. A thread decodes one block at a time, so there is one reader. It is made of
 * variables since those are the thread's own: objects would lie in the memory that all threads share.
 */

let base: usize = 0;
let position: u32 = 0;

/** Starts reading so many bits behind an address. */
export function startBits(address: usize, start: u32): void {
  base = address;
  position = start;
}

/** How many bits behind the address reading has come. */
export function bitPosition(): u32 {
  return position;
}

/** The address from which bits are counted. */
export function bitBase(): usize {
  return base;
}

/** Takes reading to a place. */
export function moveBits(to: u32): void {
  position = to;
}

/** @param count 1 to 24 */
export function readBits(count: u32): u32 {
  const word = swapped(base + (position >> 3)) << (position & 7);
  position += count;
  return word >>> (32 - count);
}

/** Loads four bytes, the first as the highest. */
export function swapped(address: usize): u32 {
  const word = load<u32>(address);
  return rotl<u32>(word & 0xff00ff00, 8) | rotr<u32>(word & 0x00ff00ff, 8);
}
