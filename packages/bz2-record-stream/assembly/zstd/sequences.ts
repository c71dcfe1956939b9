/* The sequences of a block (RFC 8878, 3.1.1.3.2): each copies literals, then repeats some of the text before. */
import { readBits, remainingBits, startBits } from "./bits";
import { makeSingle, makeTable, readTable, setTableLog, tableBytes, tableLog } from "./fse";
import { LITERAL_LENGTHS, LITERALS, MATCH_LENGTHS, OFFSETS, SHARES } from "./layout";
import { literalCount } from "./literals";

const PREDEFINED: u32 = 0;
const SINGLE: u32 = 1;
const CODED: u32 = 2;
const NO_TABLE: u32 = 255;

/** RFC 8878, 3.1.1.3.2.2 */
const LITERAL_LENGTH_SHARES = memory.data<i8>([
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1,
  -1,
]);
const MATCH_LENGTH_SHARES = memory.data<i8>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
]);
const OFFSET_SHARES = memory.data<i8>([
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
]);
/** For codes from 16, or from 32: the least length, and how many bits are added to it. RFC 8878, 3.1.1.3.2.1.1 */
const LITERAL_LENGTH_BASES = memory.data<u32>([
  16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
]);
const LITERAL_LENGTH_BITS = memory.data<u8>([
  1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);
const MATCH_LENGTH_BASES = memory.data<u32>([
  35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
]);
const MATCH_LENGTH_BITS = memory.data<u8>([
  1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);

/** How many bits tell the first state of each table. */
let literalLog: u32 = NO_TABLE;
let offsetLog: u32 = NO_TABLE;
let matchLog: u32 = NO_TABLE;

/** The last offsets, for a frame. */
let recent0: u32 = 1;
let recent1: u32 = 4;
let recent2: u32 = 8;

export function forgetSequences(): void {
  literalLog = offsetLog = matchLog = NO_TABLE;
  recent0 = 1;
  recent1 = 4;
  recent2 = 8;
}

/**
 * Carries out the sequences of a block.
 *
 * @param history where the text starts that may be repeated
 * @param limit where the output has to end at the latest
 * @returns where the output ends, 0 where something is wrong
 */
export function runSequences(input: usize, end: usize, history: usize, output: usize, limit: usize): usize {
  if (input >= end) return 0;
  let count: u32 = load<u8>(input++);
  if (count >= 128) {
    const more: u32 = load<u8>(input++);
    if (count < 255) count = ((count - 128) << 8) + more;
    else count = more + ((<u32>load<u8>(input++)) << 8) + 0x7f00;
  }
  if (count == 0) return input == end ? copyLiterals(LITERALS, output, limit) : 0;
  if (input >= end) return 0;
  const kinds = load<u8>(input++);
  if ((kinds & 3) != 0) return 0;
  input = readLiteralTable(kinds >> 6, input, end);
  if (input != 0) input = readOffsetTable((kinds >> 4) & 3, input, end);
  if (input != 0) input = readMatchTable((kinds >> 2) & 3, input, end);
  if (input == 0 || input >= end || !startBits(input, <u32>(end - input))) return 0;
  return run(count, history, output, limit);
}

function run(count: u32, history: usize, output: usize, limit: usize): usize {
  let literals = LITERALS;
  const literalsEnd = LITERALS + literalCount;
  let literalState = readBits(literalLog);
  let offsetState = readBits(offsetLog);
  let matchState = readBits(matchLog);
  while (count-- > 0) {
    const literalAt = LITERAL_LENGTHS + (literalState << 2);
    const offsetAt = OFFSETS + (offsetState << 2);
    const matchAt = MATCH_LENGTHS + (matchState << 2);
    const offsetCode: u32 = load<u8>(offsetAt, 3);
    const value = ((<u32>1) << offsetCode) + readBits(offsetCode);
    const matchLength = readMatchLength(load<u8>(matchAt, 3));
    const literalLength = readLiteralLength(load<u8>(literalAt, 3));
    if (count > 0) {
      literalState = load<u16>(literalAt) + readBits(load<u8>(literalAt, 2));
      matchState = load<u16>(matchAt) + readBits(load<u8>(matchAt, 2));
      offsetState = load<u16>(offsetAt) + readBits(load<u8>(offsetAt, 2));
    }
    if (remainingBits() < 0) return 0;
    if (literalLength > <u32>(literalsEnd - literals) || literalLength + matchLength > <u32>(limit - output))
      return 0;
    copyWide(output, literals, literalLength);
    literals += literalLength;
    output += literalLength;
    const offset = offsetOf(value, literalLength);
    if (offset == 0 || offset > <u32>(output - history)) return 0;
    output = repeat(output, offset, matchLength);
  }
  return remainingBits() == 0 ? copyLiterals(literals, output, limit) : 0;
}

/** What is left of the literals comes last. */
function copyLiterals(literals: usize, output: usize, limit: usize): usize {
  const left = LITERALS + literalCount - literals;
  if (left > limit - output) return 0;
  memory.copy(output, literals, left);
  return output + left;
}

/** Copies text from before the output; it may overlap, and then goes on with what it wrote. */
function repeat(output: usize, offset: u32, length: u32): usize {
  const end = output + length;
  let from = output - offset;
  if (offset >= 8) copyWide(output, from, length);
  else for (; output < end; output++, from++) store<u8>(output, load<u8>(from));
  return end;
}

/** Copies in steps of eight bytes: there is room behind the end, and what is written too much is written over later. */
function copyWide(to: usize, from: usize, length: u32): void {
  for (const end = to + length; to < end; to += 8, from += 8) store<u64>(to, load<u64>(from));
}

/** RFC 8878, 3.1.2.5 */
function offsetOf(value: u32, literalLength: u32): u32 {
  let offset: u32;
  if (value > 3) {
    offset = value - 3;
    recent2 = recent1;
  } else {
    const place = value - 1 + (literalLength == 0 ? 1 : 0);
    if (place == 0) return recent0;
    offset = place == 1 ? recent1 : place == 2 ? recent2 : recent0 - 1;
    if (place > 1) recent2 = recent1;
  }
  recent1 = recent0;
  recent0 = offset;
  return offset;
}

function readLiteralLength(code: u32): u32 {
  if (code < 16) return code;
  return (
    load<u32>(LITERAL_LENGTH_BASES + ((code - 16) << 2)) + readBits(load<u8>(LITERAL_LENGTH_BITS + code - 16))
  );
}

function readMatchLength(code: u32): u32 {
  if (code < 32) return code + 3;
  return (
    load<u32>(MATCH_LENGTH_BASES + ((code - 32) << 2)) + readBits(load<u8>(MATCH_LENGTH_BITS + code - 32))
  );
}

/** Makes the table that a block wants: one that everybody knows, one of a single state, one that it tells, or the last again. */
function readStates(
  kind: u32,
  input: usize,
  end: usize,
  table: usize,
  lastLog: u32,
  maxLog: u32,
  codes: u32,
): usize {
  if (kind == SINGLE) {
    if (input >= end || load<u8>(input) >= codes) return 0;
    makeSingle(table, load<u8>(input));
    return input + 1;
  }
  if (kind == CODED)
    return input < end && readTable(table, input, end, maxLog, codes) ? input + tableBytes : 0;
  setTableLog(lastLog);
  return lastLog == NO_TABLE ? 0 : input;
}

function makePredefined(table: usize, shares: usize, log: u32, codes: u32): void {
  for (let code: u32 = 0; code < codes; code++) store<i16>(SHARES + (code << 1), load<i8>(shares + code));
  makeTable(table, log, codes);
}

function readLiteralTable(kind: u32, input: usize, end: usize): usize {
  if (kind == PREDEFINED) makePredefined(LITERAL_LENGTHS, LITERAL_LENGTH_SHARES, 6, 36);
  else input = readStates(kind, input, end, LITERAL_LENGTHS, literalLog, 9, 36);
  literalLog = tableLog;
  return input;
}

function readOffsetTable(kind: u32, input: usize, end: usize): usize {
  if (kind == PREDEFINED) makePredefined(OFFSETS, OFFSET_SHARES, 5, 29);
  else input = readStates(kind, input, end, OFFSETS, offsetLog, 8, 32);
  offsetLog = tableLog;
  return input;
}

function readMatchTable(kind: u32, input: usize, end: usize): usize {
  if (kind == PREDEFINED) makePredefined(MATCH_LENGTHS, MATCH_LENGTH_SHARES, 6, 53);
  else input = readStates(kind, input, end, MATCH_LENGTHS, matchLog, 9, 53);
  matchLog = tableLog;
  return input;
}
