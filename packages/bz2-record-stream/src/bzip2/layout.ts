/*
 * Where things lie in the memory that all threads share, in bytes; assembly/layout.ts has the rest. First come tables, then
 * the lanes (one for each thread: what it works with), then the slots (one for each block: what goes in and what comes out).
 */

/** A number that is counted up whenever there is work, for threads to wait on. */
export const WORK = 16;
/** Not 0 when threads shall end. */
export const STOP = 20;

export const TABLES_SIZE = 0x1_0000;
export const LANE_SIZE = 0x3a_0000;
export const SLOT_SIZE = 0x48_0000;

export const SLOT_STATUS = 0;
/** The place of a block among all, so that the first can be taken first. */
export const SLOT_ORDER = 4;
export const SLOT_START_BIT = 8;
export const SLOT_END_BIT = 12;
export const SLOT_ROOM = 16;
export const SLOT_PROBLEM = 20;
export const SLOT_DETAIL = 24;
export const SLOT_POSITION = 28;
export const SLOT_CRC = 32;
export const SLOT_FOUND_CRC = 36;
export const SLOT_FILLED = 40;
export const SLOT_LENGTH = 44;
export const SLOT_INDEX = 48;
export const SLOT_INPUT = 0x100;
export const SLOT_OUTPUT = 0x38_0000;

/** The most compressed bytes of a block: 900,001 symbols of 20 bits, and less than a tenth of that before them. */
export const INPUT_SIZE: number = 2_500_000;

/** What can be the state of a slot. */
export const FREE = 0;
/** A block waits for a thread to take it. */
export const READY = 1;
export const TAKEN = 2;
export const DONE = 3;
