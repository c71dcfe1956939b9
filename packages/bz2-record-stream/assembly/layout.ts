/*
 * Where everything lies in the memory that all threads share; all sizes in bytes. A page that is never written takes no
 * memory of the machine, so each part has the room of the worst case.
 *
 * Tables, then the lanes (one for each thread: what it works with), then the slots (one for each block: what goes in and
 * what comes out). src/bzip2/layout.ts tells the same to the other side.
 */

/** Tables of the checksum, 256 words each, for a byte with 0 to 7 bytes behind it. */
export const CRC_TABLES: usize = 0x400;
/** For each of the first 16 places of the move-to-front list, the order of the list after taking that place. */
export const FRONT_ORDERS: usize = 0x2800;

/** The block as it is sorted, a word for each byte; later the text, a byte for each. */
export const LANE_SORTED: usize = 0;
/** For each piece its length and the piece before it, a word each. */
export const LANE_SEGMENT_LIST: usize = 0x37_0000;
export const LANE_TABLES: usize = 0x38_0000;
export const LANE_SELECTORS: usize = 0x39_0000;
/** For each byte, the word of its next occurrence in the sorted block; later how many there are. */
export const LANE_NEXT: usize = 0x39_8000;
/** For each byte, the place where the rotations that start with it begin. */
export const LANE_START: usize = 0x39_8400;
export const LANE_LENGTHS: usize = 0x39_8800;
export const LANE_FRONT: usize = 0x39_8c00;
export const LANE_WALKERS: usize = 0x39_9000;

/** In a slot: what is asked. */
export const SLOT_START_BIT: usize = 8;
export const SLOT_END_BIT: usize = 12;
export const SLOT_ROOM: usize = 16;
/** In a slot: what came out. */
export const SLOT_PROBLEM: usize = 20;
export const SLOT_DETAIL: usize = 24;
export const SLOT_POSITION: usize = 28;
export const SLOT_EXPECTED_CRC: usize = 32;
export const SLOT_CRC: usize = 36;
export const SLOT_FILLED: usize = 40;
export const SLOT_LENGTH: usize = 44;
/** In a slot: how far writing runs out has come, for a text that needs several turns. */
export const SLOT_INDEX: usize = 48;
export const SLOT_REPEATS: usize = 52;
/** In a slot: what the block's header tells. */
export const SLOT_ORIGIN: usize = 56;
export const SLOT_BYTES: usize = 60;
export const SLOT_GROUPS: usize = 64;
/** In a slot: the compressed block. */
export const SLOT_INPUT: usize = 0x100;
/** In a slot: the text with runs still coded, when it does not fit the output at once. */
export const SLOT_TEXT: usize = 0x28_0000;
export const SLOT_OUTPUT: usize = 0x38_0000;
export const OUTPUT_SIZE: usize = 0x10_0000;

/** The problems that a block can have; src/bzip2/problem.ts has the words. */
export const OK: i32 = 0;
export const NEED_MORE: i32 = 1;
export const RANDOMISED: i32 = 2;
export const TABLE_COUNT: i32 = 3;
export const NO_BYTES: i32 = 4;
export const NO_GROUPS: i32 = 5;
export const NO_SUCH_TABLE: i32 = 6;
export const CODE_LENGTH: i32 = 7;
export const TOO_MANY_CODES: i32 = 8;
export const NO_CODE: i32 = 9;
export const TOO_LONG: i32 = 10;
export const NO_END: i32 = 11;
export const ORIGIN: i32 = 12;
export const CHECKSUM: i32 = 13;
