/*
 * Bits are read from the end of a part of the input to its start. The last byte's highest bit that is set is not one of them
 * but marks where they begin (RFC 8878, 4.1).
 */

let start: usize = 0;
let bitsLeft: i32 = 0;

/** How many bits are left; below zero when more were read than there were. */
export function remainingBits(): i32 {
  return bitsLeft;
}

/** @returns false where there is no mark */
export function startBits(from: usize, length: u32): bool {
  if (length == 0) return false;
  const last = load<u8>(from + length - 1);
  if (last == 0) return false;
  start = from;
  bitsLeft = ((length - 1) << 3) + 31 - clz<u32>(last);
  return true;
}

/** Reads up to 32 bits; those that are missing count as 0. */
export function readBits(count: u32): u32 {
  bitsLeft -= count;
  if (bitsLeft >= 0)
    return <u32>((load<u64>(start + (bitsLeft >> 3)) >> (bitsLeft & 7)) & (((<u64>1) << count) - 1));
  const present = bitsLeft + <i32>count;
  if (present <= 0) return 0;
  return <u32>((load<u64>(start) & (((<u64>1) << present) - 1)) << -bitsLeft);
}

/** The next 56 bits, of which there have to be so many. */
export function next56(): u64 {
  const position = bitsLeft - 56;
  return load<u64>(start + (position >> 3)) >> (position & 7);
}

/** @param count below zero to give bits back */
export function skipBits(count: i32): void {
  bitsLeft -= count;
}
