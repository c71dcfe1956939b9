import { updateCrc } from "./crc";
import {
  OUTPUT_SIZE,
  SLOT_CRC,
  SLOT_FILLED,
  SLOT_INDEX,
  SLOT_LENGTH,
  SLOT_OUTPUT,
  SLOT_REPEATS,
} from "./layout";

/** After four equal bytes comes a byte that tells how many more there are. */
const LONGEST_RUN: usize = 255;
/** Bytes that are looked at together. */
const STRIDE: u32 = 16;

/**
 * Writes runs out in full, as much as the output holds, and takes the bytes into the checksum. Goes on where it stopped,
 * which the slot tells.
 */
export function expandRuns(text: usize, slot: usize): void {
  const output = slot + SLOT_OUTPUT;
  const full = output + OUTPUT_SIZE - STRIDE - LONGEST_RUN;
  const end = text + load<u32>(slot, SLOT_LENGTH);
  let source = text + load<u32>(slot, SLOT_INDEX);
  // How many equal bytes the text has before `source`; none at its start and behind a run.
  let repeats = load<u32>(slot, SLOT_REPEATS);
  let target = output;
  while (source < end && target < full) {
    const bytes = v128.load(source);
    let same = i8x16.bitmask(i8x16.eq(bytes, v128.load(source - 1))) as u32;
    if (repeats == 0) same &= ~1;
    // Bit n + 2 tells whether byte n is the same as the one before.
    same = (same << 2) | (repeats == 3 ? 3 : repeats == 2 ? 2 : 0);
    const runs = same & (same >>> 1) & (same >>> 2);
    v128.store(target, bytes);
    let taken = runs == 0 ? STRIDE : ctz(runs) + 1;
    if (taken <= ((end - source) as u32) && runs != 0) {
      const byte = load<u8>(source + taken - 1);
      target += taken;
      source += taken;
      repeats = 0;
      if (source == end) break;
      const more = load<u8>(source++) as usize;
      memory.fill(target, byte, more);
      target += more;
      continue;
    }
    taken = min(taken, (end - source) as u32);
    target += taken;
    source += taken;
    same = same >>> (taken - 1);
    repeats = same & 4 ? (same & 2 ? 3 : 2) : 1;
  }
  store<u32>(slot, (source - text) as u32, SLOT_INDEX);
  store<u32>(slot, repeats, SLOT_REPEATS);
  store<u32>(slot, (target - output) as u32, SLOT_FILLED);
  store<u32>(slot, updateCrc(load<u32>(slot, SLOT_CRC), output, target - output), SLOT_CRC);
}
