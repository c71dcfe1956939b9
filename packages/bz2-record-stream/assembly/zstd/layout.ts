/*
 * Where things lie in the memory of the zstd decoder, in bytes; src/zstd/block-decoder.ts knows of INPUT and WINDOW too. Before
 * all of this, from 0x400, are the tables of sequences.ts, where the compiler puts them.
 */

/** For each state of the sequences' codes: the symbol, how many bits follow, and what is added to them. */
export const LITERAL_LENGTHS: usize = 0x1000;
export const OFFSETS: usize = 0x1800;
export const MATCH_LENGTHS: usize = 0x1c00;
/** The same for the weights of a Huffman code. */
export const WEIGHT_STATES: usize = 0x2400;
/** For the next bits of a literal: the byte, and how many bits it takes. */
export const HUFFMAN: usize = 0x3000;
/** The weight of each byte in the Huffman code. */
export const WEIGHTS: usize = 0x4000;
/** The share of each symbol, and later its next state, while a table is made; two bytes each. */
export const SHARES: usize = 0x4200;
export const NEXT_STATES: usize = 0x4400;
/** How many bytes there are of each weight, and where the next of them goes; four bytes each. */
export const RANKS: usize = 0x4600;

/** The compressed block, with some room behind it that is read but does not count. */
export const INPUT: usize = 0x1_0000;
export const LITERALS: usize = 0x4_0000;
/** The text that later blocks may repeat, as far as it goes, and behind it what the block adds. */
export const WINDOW: usize = 0x8_0000;

/** The most that a block may have, compressed or not. */
export const BLOCK_SIZE: u32 = 128 * 1024;
