/*
 * Finite state entropy, tables of which each state has a symbol, a number of bits to read, and what is added to them to get
 * the next state (RFC 8878, 4.1). A state is four bytes here: base, bits, symbol.
 */
import { NEXT_STATES, SHARES } from "./layout";

/** How many bytes the last table took, and how many bits tell its first state. */
export let tableBytes: u32 = 0;
export let tableLog: u32 = 0;

/**
 * Reads the shares of the symbols and makes the table of them.
 *
 * @returns false where they are wrong
 */
export function readTable(table: usize, input: usize, end: usize, maxLog: u32, symbols: u32): bool {
  let position: u32 = 4;
  const log = (load<u8>(input) & 15) + 5;
  if (log > maxLog) return false;
  let remaining: i32 = 1 << log;
  let symbol: u32 = 0;
  while (remaining > 0) {
    if (symbol >= symbols) return false;
    const bits = 32 - clz<u32>(remaining + 1);
    let value = forwardBits(input, position, bits);
    const low = value & ((1 << (bits - 1)) - 1);
    const threshold: u32 = (1 << bits) - 1 - (remaining + 1);
    position += bits;
    if (low < threshold) {
      value = low;
      position -= 1;
    } else if (value >= (<u32>1) << (bits - 1)) value -= threshold;
    const share = <i32>value - 1;
    remaining -= share < 0 ? 1 : share;
    store<i16>(SHARES + (symbol++ << 1), <i16>share);
    if (share != 0) continue;
    for (let repeat: u32 = 3; repeat == 3;) {
      repeat = forwardBits(input, position, 2);
      position += 2;
      for (let count = repeat; count > 0; count--) {
        if (symbol >= symbols) return false;
        store<i16>(SHARES + (symbol++ << 1), 0);
      }
    }
    if (input + (position >> 3) > end) return false;
  }
  tableBytes = (position + 7) >> 3;
  if (remaining != 0 || input + tableBytes > end) return false;
  return makeTable(table, log, symbol);
}

/** Makes a table of the shares of so many symbols. */
export function makeTable(table: usize, log: u32, symbols: u32): bool {
  tableLog = log;
  const size: u32 = 1 << log;
  let high = size;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const share = load<i16>(SHARES + (symbol << 1));
    store<u16>(NEXT_STATES + (symbol << 1), share < 0 ? 1 : share);
    if (share < 0) store<u8>(table + (--high << 2), <u8>symbol, 3);
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let position: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    for (let left = load<i16>(SHARES + (symbol << 1)); left > 0; left--) {
      store<u8>(table + (position << 2), <u8>symbol, 3);
      do position = (position + step) & (size - 1);
      while (position >= high);
    }
  }
  if (position != 0) return false;
  for (let state: u32 = 0; state < size; state++) {
    const at = table + (state << 2);
    const counter = NEXT_STATES + ((<u32>load<u8>(at, 3)) << 1);
    const next: u32 = load<u16>(counter);
    store<u16>(counter, <u16>(next + 1));
    const bits = log - (31 - clz(next));
    store<u8>(at, <u8>bits, 2);
    store<u16>(at, <u16>((next << bits) - size));
  }
  return true;
}

/** Goes back to a table that was made before. */
export function setTableLog(log: u32): void {
  tableLog = log;
}

/** Makes a table of one state. */
export function makeSingle(table: usize, symbol: u8): void {
  tableLog = 0;
  store<u16>(table, 0);
  store<u8>(table, 0, 2);
  store<u8>(table, symbol, 3);
}

function forwardBits(input: usize, position: u32, count: u32): u32 {
  return (load<u32>(input + (position >> 3)) >> (position & 7)) & ((1 << count) - 1);
}
