/** Codes up to so many bits are looked up at once; in practice that is nearly all of them. */
export const LOOKUP_BITS: u32 = 10;
export const MAX_CODE_BITS: u32 = 20;

/** A table: by the next bits the symbol times 32 plus its code's length, 0 for a longer code; then what longer codes need. */
export const TABLE_SIZE: usize = 0xc00;
/** The highest code of each length, -1 for none. */
const LIMIT: usize = 0x800;
/** What to subtract from a code of each length to find its symbol's place. */
const BASE: usize = 0x880;
/** Symbols in the order of their codes. */
const SYMBOLS: usize = 0x900;

/**
 * Makes the table for code lengths, with codes given out in order of length, then symbol.
 *
 * @returns whether there are as many codes as the lengths ask for
 */
export function makeTable(table: usize, lengths: usize, count: u32): bool {
  memory.fill(table, 0, LIMIT);
  let code: u32 = 0;
  let placed: u32 = 0;
  for (let size: u32 = 1; size <= MAX_CODE_BITS; size++) {
    store<i32>(table + LIMIT + size * 4, -1);
    store<u32>(table + BASE + size * 4, code - placed);
    for (let symbol: u32 = 0; symbol < count; symbol++) {
      if (load<u8>(lengths + symbol) != size) continue;
      if (code >= (1 as u32) << size) return false;
      if (size <= LOOKUP_BITS) {
        const spare = LOOKUP_BITS - size;
        const from = code << spare;
        const to = (code + 1) << spare;
        for (let index = from; index < to; index++) store<u16>(table + index * 2, (symbol << 5) | size);
      }
      store<u16>(table + SYMBOLS + placed * 2, symbol);
      store<u32>(table + LIMIT + size * 4, code);
      placed += 1;
      code += 1;
    }
    code <<= 1;
  }
  return true;
}

/**
 * Finds a symbol whose code is longer than what is looked up.
 *
 * @param held the bits that come next, from the highest down
 * @returns symbol times 32 plus code length, or 0 for bits that are no code
 */
export function longSymbol(table: usize, held: u64): u32 {
  for (let size = LOOKUP_BITS + 1; size <= MAX_CODE_BITS; size++) {
    const code = (held >>> (64 - size)) as i32;
    if (code > load<i32>(table + LIMIT + size * 4)) continue;
    const place = code - load<i32>(table + BASE + size * 4);
    return ((load<u16>(table + SYMBOLS + (place as u32) * 2) as u32) << 5) | size;
  }
  return 0;
}
