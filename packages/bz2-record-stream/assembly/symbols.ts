import { bitBase, bitPosition, moveBits, swapped } from "./bits";
import { LOOKUP_BITS, longSymbol, MAX_CODE_BITS, TABLE_SIZE } from "./huffman";
import {
  FRONT_ORDERS,
  LANE_FRONT,
  LANE_NEXT,
  LANE_SELECTORS,
  LANE_SORTED,
  LANE_TABLES,
  NEED_MORE,
  NO_CODE,
  NO_END,
  OK,
  SLOT_BYTES,
  SLOT_GROUPS,
  SLOT_LENGTH,
  TOO_LONG,
} from "./layout";

const SYMBOLS_PER_GROUP: u32 = 50;
const RUN_B: u32 = 1;
/** The list's first part, which nearly all places are in, is kept in a vector of so many bytes. */
const FRONT_SIZE: u32 = 16;

/** For each place, the order of a list of 16 when that place is put first. */
export function makeFrontOrders(): void {
  for (let place: u32 = 0; place < FRONT_SIZE; place++) {
    for (let index: u32 = 0; index < FRONT_SIZE; index++) {
      const from = index == 0 ? place : index <= place ? index - 1 : index;
      store<u8>(FRONT_ORDERS + place * FRONT_SIZE + index, from);
    }
  }
}

/**
 * Undoes Huffman, zero-run and move-to-front coding.
 *
 * Each byte is stored as a word: the byte, and above it how many equal ones there are before it. All of it is one loop with
 * its bits in a variable, since this is half of the whole work.
 */
export function readSymbols(lane: usize, slot: usize, room: u32, end: u32): i32 {
  const sorted = lane + LANE_SORTED;
  const next = lane + LANE_NEXT;
  const list = lane + LANE_FRONT;
  for (let byte: u32 = 0; byte < 256; byte++) store<u32>(next + byte * 4, byte);
  let front = v128.load(list);
  const endOfBlock = load<u32>(slot, SLOT_BYTES) + 1;
  const groups = load<u32>(slot, SLOT_GROUPS);
  const limit = sorted + room * 4;
  let target = sorted;
  let run: u32 = 0;
  let runUnit: u32 = 1;
  // Bits are held from the highest down; `input` is what comes after them.
  let input = bitBase() + (bitPosition() >>> 3);
  let held: u64 = (swapped(input) as u64) << (32 + (bitPosition() & 7));
  let heldBits: u32 = 32 - (bitPosition() & 7);
  input += 4;
  for (let group: u32 = 0; group < groups; group++) {
    const table = lane + LANE_TABLES + (load<u8>(lane + LANE_SELECTORS + group) as usize) * TABLE_SIZE;
    // A group is at most 125 bytes long, and behind the input there are more bytes than that.
    if (((input - bitBase()) as u32) * 8 - heldBits > end) return NEED_MORE;
    for (let left = SYMBOLS_PER_GROUP; left > 0; left--) {
      if (heldBits < MAX_CODE_BITS) {
        held |= (swapped(input) as u64) << (32 - heldBits);
        heldBits += 32;
        input += 4;
      }
      let found = load<u16>(table + ((held >>> (64 - LOOKUP_BITS)) as usize) * 2) as u32;
      if (found == 0) {
        found = longSymbol(table, held);
        if (found == 0) return stop(input, heldBits - MAX_CODE_BITS, NO_CODE);
      }
      const size = found & 31;
      held <<= size;
      heldBits -= size;
      const symbol = found >>> 5;
      if (symbol <= RUN_B) {
        run += runUnit << symbol;
        runUnit <<= 1;
        if (run > ((limit - target) as u32) >>> 2) return stop(input, heldBits, TOO_LONG);
        continue;
      }
      if (run > 0) {
        const place = next + (i8x16.extract_lane_u(front, 0) as usize) * 4;
        let entry = load<u32>(place);
        const to = target + run * 4;
        for (; target < to; target += 4, entry += 256) store<u32>(target, entry);
        store<u32>(place, entry);
        run = 0;
        runUnit = 1;
      }
      if (symbol == endOfBlock) {
        stop(input, heldBits, OK);
        store<u32>(slot, ((target - sorted) >>> 2) as u32, SLOT_LENGTH);
        return OK;
      }
      if (target >= limit) return stop(input, heldBits, TOO_LONG);
      const place = symbol - 1;
      if (place < FRONT_SIZE) {
        front = v128.swizzle(front, v128.load(FRONT_ORDERS + place * FRONT_SIZE));
      } else {
        const byte = load<u8>(list + place);
        memory.copy(list + FRONT_SIZE + 1, list + FRONT_SIZE, place - FRONT_SIZE);
        store<u8>(list + FRONT_SIZE, i8x16.extract_lane_u(front, 15));
        front = v128.swizzle(front, v128.load(FRONT_ORDERS + 15 * FRONT_SIZE));
        front = i8x16.replace_lane(front, 0, byte);
      }
      const counter = next + (i8x16.extract_lane_u(front, 0) as usize) * 4;
      const entry = load<u32>(counter);
      store<u32>(target, entry);
      target += 4;
      store<u32>(counter, entry + 256);
    }
  }
  return stop(input, heldBits, NO_END);
}

/** Leaves the bits where the symbols stopped. */
function stop(input: usize, heldBits: u32, problem: i32): i32 {
  moveBits(((input - bitBase()) as u32) * 8 - heldBits);
  return problem;
}
