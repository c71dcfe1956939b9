import { bitPosition, readBits } from "./bits";
import { makeTable, MAX_CODE_BITS, TABLE_SIZE } from "./huffman";
import {
  CODE_LENGTH,
  LANE_FRONT,
  LANE_LENGTHS,
  LANE_SELECTORS,
  LANE_TABLES,
  NEED_MORE,
  NO_BYTES,
  NO_GROUPS,
  NO_SUCH_TABLE,
  OK,
  RANDOMISED,
  SLOT_BYTES,
  SLOT_DETAIL,
  SLOT_EXPECTED_CRC,
  SLOT_GROUPS,
  SLOT_ORIGIN,
  TABLE_COUNT,
  TOO_MANY_CODES,
} from "./layout";

/**
 * Reads what stands between the mark of a block and its symbols: the checksum, the origin, the alphabet (into the
 * move-to-front list), the table of each group and the tables.
 */
export function readHeader(lane: usize, slot: usize, end: u32): i32 {
  store<u32>(slot, (readBits(16) << 16) | readBits(16), SLOT_EXPECTED_CRC);
  if (readBits(1) == 1) return RANDOMISED;
  store<u32>(slot, readBits(24), SLOT_ORIGIN);
  const bytes = readAlphabet(lane + LANE_FRONT);
  store<u32>(slot, bytes, SLOT_BYTES);
  if (bytes == 0) return NO_BYTES;
  const tables = readBits(3);
  if (tables < 2 || tables > 6) {
    store<u32>(slot, tables, SLOT_DETAIL);
    return TABLE_COUNT;
  }
  if (bitPosition() > end) return NEED_MORE;
  const problem = readSelectors(lane + LANE_SELECTORS, slot, tables, end);
  if (problem != OK) return problem;
  for (let table: u32 = 0; table < tables; table++) {
    const length = readLengths(lane + LANE_LENGTHS, bytes + 2, end);
    if (length < 1 || length > MAX_CODE_BITS) {
      store<u32>(slot, length, SLOT_DETAIL);
      return CODE_LENGTH;
    }
    if (!makeTable(lane + LANE_TABLES + (table as usize) * TABLE_SIZE, lane + LANE_LENGTHS, bytes + 2))
      return TOO_MANY_CODES;
  }
  return OK;
}

/** Which bytes occur in the block: a map of sixteen parts, then a map of each part that has any. @returns how many */
function readAlphabet(list: usize): u32 {
  const parts = readBits(16);
  let count: u32 = 0;
  for (let part: u32 = 0; part < 16; part++) {
    if ((parts & (0x8000 >>> part)) == 0) continue;
    const members = readBits(16);
    for (let member: u32 = 0; member < 16; member++) {
      if ((members & (0x8000 >>> member)) == 0) continue;
      store<u8>(list + count, part * 16 + member);
      count += 1;
    }
  }
  return count;
}

/** Which table each group of symbols uses, kept as places in a move-to-front list of 4 bits each. */
function readSelectors(selectors: usize, slot: usize, tables: u32, end: u32): i32 {
  const count = readBits(15);
  if (count == 0) return NO_GROUPS;
  let front: u32 = 0x543210;
  for (let index: u32 = 0; index < count; index++) {
    let place: u32 = 0;
    while (readBits(1) == 1) {
      place += 1;
      if (place >= tables) return NO_SUCH_TABLE;
    }
    const table = (front >>> (place * 4)) & 15;
    const before = front & ((1 << (place * 4)) - 1);
    front = (front & ~((1 << (place * 4 + 4)) - 1)) | (before << 4) | table;
    store<u8>(selectors + index, table);
    if (bitPosition() > end) return NEED_MORE;
  }
  store<u32>(slot, count, SLOT_GROUPS);
  return OK;
}

/**
 * Code lengths, each told by its difference from the one before.
 *
 * @returns the last length, or the first that is not allowed
 */
function readLengths(lengths: usize, symbols: u32, end: u32): u32 {
  let length = readBits(5);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_BITS) return length;
      if (bitPosition() > end || readBits(1) == 0) break;
      length += readBits(1) == 0 ? 1 : -1;
    }
    store<u8>(lengths + symbol, length);
  }
  return length;
}
