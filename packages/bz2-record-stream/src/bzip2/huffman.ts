/** Codes up to so many bits are looked up at once; in practice that is nearly all of them. */
export const LOOKUP_BITS = 10;
/** The longest code that the format allows. */
export const MAX_CODE_BITS = 20;

/** A table for decoding one set of Huffman codes. */
export interface HuffmanTable {
  /** By the next {@link LOOKUP_BITS} bits: symbol times 32 plus code length, or 0 for a longer code. */
  readonly lookup: Uint16Array;
  /** The highest code of each length, -1 for none. */
  readonly limit: Int32Array;
  /** What to subtract from a code of each length to find its symbol's place in `symbols`. */
  readonly base: Int32Array;
  /** Symbols in the order of their codes. */
  readonly symbols: Uint16Array;
}

/**
 * Finds a symbol whose code is longer than {@link LOOKUP_BITS}.
 *
 * @param held bits that come next, the low `heldBits` of which count; at least {@link MAX_CODE_BITS}
 * @returns symbol times 32 plus code length, or 0 for bits that are no code
 */
export function longSymbol(table: HuffmanTable, held: number, heldBits: number): number {
  for (let bits = LOOKUP_BITS + 1; bits <= MAX_CODE_BITS; bits++) {
    const code = (held >> (heldBits - bits)) & ((1 << bits) - 1);
    if (code > (table.limit[bits] as number)) continue;
    return ((table.symbols[code - (table.base[bits] as number)] as number) << 5) | bits;
  }
  return 0;
}

/**
 * Makes the decoding table for code lengths, with codes given out in order of length, then symbol.
 *
 * @param lengths bits of each symbol's code, 1 to {@link MAX_CODE_BITS}
 * @returns undefined where the lengths ask for more codes than there are
 */
export function huffmanTable(lengths: Uint8Array): HuffmanTable | undefined {
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const limit = new Int32Array(MAX_CODE_BITS + 1).fill(-1);
  const base = new Int32Array(MAX_CODE_BITS + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let placed = 0;
  for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
    base[bits] = code - placed;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== bits) continue;
      if (code >= 1 << bits) return undefined;
      if (bits <= LOOKUP_BITS) {
        const spare = LOOKUP_BITS - bits;
        lookup.fill((symbol << 5) | bits, code << spare, (code + 1) << spare);
      }
      symbols[placed++] = symbol;
      limit[bits] = code++;
    }
    code <<= 1;
  }
  return { lookup, limit, base, symbols };
}
