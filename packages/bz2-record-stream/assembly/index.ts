import { bitPosition, startBits } from "./bits";
import { makeCrcTables } from "./crc";
import { expandRuns } from "./expand";
import { readHeader } from "./header";
import {
  CHECKSUM,
  LANE_SORTED,
  NEED_MORE,
  OK,
  ORIGIN,
  SLOT_CRC,
  SLOT_END_BIT,
  SLOT_EXPECTED_CRC,
  SLOT_INDEX,
  SLOT_INPUT,
  SLOT_LENGTH,
  SLOT_ORIGIN,
  SLOT_OUTPUT,
  SLOT_POSITION,
  SLOT_PROBLEM,
  SLOT_REPEATS,
  SLOT_ROOM,
  SLOT_START_BIT,
  SLOT_TEXT,
} from "./layout";
import { makeFrontOrders, readSymbols } from "./symbols";
import { unsort } from "./unsort";

/** Fills the tables that all threads use; to be done once, before anything else. */
export function prepare(): void {
  makeCrcTables();
  makeFrontOrders();
}

/**
 * Decodes the block in a slot up to its text, as much of it as the output holds, with the memory of a lane.
 *
 * What there is left of a text that needs several turns stays in the slot, for `resume`.
 */
export function decode(lane: usize, slot: usize): void {
  const end = load<u32>(slot, SLOT_END_BIT);
  startBits(slot + SLOT_INPUT, load<u32>(slot, SLOT_START_BIT));
  let problem = readHeader(lane, slot, end);
  if (problem == OK && bitPosition() <= end)
    problem = readSymbols(lane, slot, load<u32>(slot, SLOT_ROOM), end);
  // What is wrong behind the end is not a problem of the block: those bits have not come.
  if (bitPosition() > end) problem = NEED_MORE;
  const length = load<u32>(slot, SLOT_LENGTH);
  const origin = load<u32>(slot, SLOT_ORIGIN);
  if (problem == OK && origin >= length) problem = ORIGIN;
  store<u32>(slot, bitPosition(), SLOT_POSITION);
  store<i32>(slot, problem, SLOT_PROBLEM);
  if (problem != OK) return;
  // The output is not needed yet.
  unsort(lane, length, origin, slot + SLOT_OUTPUT);
  store<u32>(slot, 0, SLOT_INDEX);
  store<u32>(slot, 0, SLOT_REPEATS);
  store<u32>(slot, -1, SLOT_CRC);
  expand(lane + LANE_SORTED, slot);
  if (load<u32>(slot, SLOT_INDEX) < length) memory.copy(slot + SLOT_TEXT, lane + LANE_SORTED, length);
}

/** Writes more of a text into the output. */
export function resume(slot: usize): void {
  expand(slot + SLOT_TEXT, slot);
}

function expand(text: usize, slot: usize): void {
  expandRuns(text, slot);
  const isWhole = load<u32>(slot, SLOT_INDEX) == load<u32>(slot, SLOT_LENGTH);
  if (isWhole && ~load<u32>(slot, SLOT_CRC) != load<u32>(slot, SLOT_EXPECTED_CRC))
    store<i32>(slot, CHECKSUM, SLOT_PROBLEM);
}
