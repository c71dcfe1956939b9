/* The literals of a block (RFC 8878, 3.1.1.3.1), and the Huffman code that they may have (4.2). */
import { next56, readBits, remainingBits, skipBits, startBits } from "./bits";
import { readTable, tableBytes, tableLog } from "./fse";
import { BLOCK_SIZE, HUFFMAN, LITERALS, RANKS, WEIGHT_STATES, WEIGHTS } from "./layout";

const RAW: u32 = 0;
const REPEATED: u32 = 1;
const COMPRESSED: u32 = 2;
const MAX_WEIGHT_LOG: u32 = 6;
const MAX_CODE: u32 = 11;

/** How long the longest code is; 0 when there is none yet. */
let codeLength: u32 = 0;
/** How many literals the block has. */
export let literalCount: u32 = 0;

export function forgetCode(): void {
  codeLength = 0;
}

/** @returns where the section ends, 0 where it is wrong */
export function readLiterals(input: usize, end: usize): usize {
  if (input >= end) return 0;
  const first: u32 = load<u8>(input);
  const kind = first & 3;
  const format = (first >> 2) & 3;
  return kind < COMPRESSED ? readPlain(input, end, kind, format) : readCoded(input, end, kind, format);
}

function readPlain(input: usize, end: usize, kind: u32, format: u32): usize {
  const headerSize: u32 = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
  const header = load<u32>(input);
  literalCount =
    headerSize == 1 ? (header & 0xff) >> 3 : (header & (headerSize == 2 ? 0xffff : 0xff_ffff)) >> 4;
  const content = input + headerSize;
  const after = content + (kind == RAW ? literalCount : 1);
  if (literalCount > BLOCK_SIZE || after > end) return 0;
  if (kind == RAW) memory.copy(LITERALS, content, literalCount);
  else if (kind == REPEATED) memory.fill(LITERALS, load<u8>(content), literalCount);
  return after;
}

function readCoded(input: usize, end: usize, kind: u32, format: u32): usize {
  const sizeBits: u32 = format < 2 ? 10 : format == 2 ? 14 : 18;
  const headerSize: u32 = format < 2 ? 3 : format + 2;
  const header = load<u64>(input) >> 4;
  const mask = ((<u64>1) << sizeBits) - 1;
  literalCount = <u32>(header & mask);
  const size = <u32>((header >> sizeBits) & mask);
  let content = input + headerSize;
  const after = content + size;
  if (literalCount > BLOCK_SIZE || after > end) return 0;
  if (kind == COMPRESSED) {
    content = readCode(content, after);
    if (content == 0) return 0;
  } else if (codeLength == 0) return 0;
  const isGood =
    format == 0 ? decodeStream(content, after, LITERALS, literalCount) : decodeFour(content, after);
  return isGood ? after : 0;
}

function decodeFour(content: usize, end: usize): bool {
  if (content + 6 > end) return false;
  const part = (literalCount + 3) >> 2;
  if (part * 3 > literalCount) return false;
  let from = content + 6;
  for (let stream: u32 = 0; stream < 4; stream++) {
    const to = stream < 3 ? from + load<u16>(content + (stream << 1)) : end;
    if (to > end || to < from) return false;
    if (!decodeStream(from, to, LITERALS + part * stream, stream < 3 ? part : literalCount - 3 * part))
      return false;
    from = to;
  }
  return true;
}

function decodeStream(from: usize, to: usize, output: usize, count: u32): bool {
  if (!startBits(from, <u32>(to - from))) return false;
  const end = output + count;
  const mask = (1 << codeLength) - 1;
  // Five codes have at most 55 bits.
  while (remainingBits() >= 56 && output + 5 <= end) {
    const bits = next56();
    let shift = 56 - codeLength;
    for (let index = 0; index < 5; index++) {
      const entry = HUFFMAN + ((<usize>(bits >> shift) & mask) << 1);
      store<u8>(output++, load<u8>(entry));
      shift -= load<u8>(entry, 1);
    }
    skipBits(56 - codeLength - shift);
  }
  while (output < end) {
    const entry = HUFFMAN + (readBits(codeLength) << 1);
    skipBits(<i32>load<u8>(entry, 1) - codeLength);
    store<u8>(output++, load<u8>(entry));
    if (remainingBits() < 0) return false;
  }
  return remainingBits() == 0;
}

/** @returns where the description ends, 0 where it is wrong */
function readCode(input: usize, end: usize): usize {
  if (input >= end) return 0;
  const header: u32 = load<u8>(input++);
  let count: u32;
  if (header < 128) {
    const after = input + header;
    if (after > end) return 0;
    count = readWeights(input, after);
    input = after;
  } else {
    count = header - 127;
    const after = input + ((count + 1) >> 1);
    if (after > end) return 0;
    for (let index: u32 = 0; index < count; index++) {
      const two: u32 = load<u8>(input + (index >> 1));
      store<u8>(WEIGHTS + index, <u8>((index & 1) == 0 ? two >> 4 : two & 15));
    }
    input = after;
  }
  return count > 0 && makeCode(count) ? input : 0;
}

/** Two states take turns. @returns how many weights there are, 0 where something is wrong */
function readWeights(input: usize, end: usize): u32 {
  if (input >= end || !readTable(WEIGHT_STATES, input, end, MAX_WEIGHT_LOG, 256)) return 0;
  const from = input + tableBytes;
  if (!startBits(from, <u32>(end - from))) return 0;
  let state = readBits(tableLog);
  let other = readBits(tableLog);
  if (remainingBits() < 0) return 0;
  for (let count: u32 = 0; count < 254;) {
    const at = WEIGHT_STATES + (state << 2);
    store<u8>(WEIGHTS + count++, load<u8>(at, 3));
    state = load<u16>(at) + readBits(load<u8>(at, 2));
    if (remainingBits() < 0) {
      store<u8>(WEIGHTS + count++, load<u8>(WEIGHT_STATES + (other << 2), 3));
      return count;
    }
    const next = other;
    other = state;
    state = next;
  }
  return 0;
}

/** Makes the table of a code; the weight of the last byte follows from the others. */
function makeCode(count: u32): bool {
  memory.fill(RANKS, 0, 64);
  let sum: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const weight: u32 = load<u8>(WEIGHTS + index);
    if (weight > MAX_CODE) return false;
    sum += weight > 0 ? 1 << (weight - 1) : 0;
    store<u32>(RANKS + ((<usize>weight) << 2), load<u32>(RANKS + ((<usize>weight) << 2)) + 1);
  }
  if (sum == 0) return false;
  const length: u32 = 32 - clz<u32>(sum);
  const left = ((<u32>1) << length) - sum;
  if (length > MAX_CODE || popcnt(left) != 1) return false;
  const last: u32 = 32 - clz<u32>(left);
  store<u8>(WEIGHTS + count, <u8>last);
  store<u32>(RANKS + ((<usize>last) << 2), load<u32>(RANKS + ((<usize>last) << 2)) + 1);
  let place: u32 = 0;
  for (let weight: u32 = 1; weight <= length; weight++) {
    const rank = RANKS + ((<usize>weight) << 2);
    const next = place + (load<u32>(rank) << (weight - 1));
    store<u32>(rank, place);
    place = next;
  }
  for (let byte: u32 = 0; byte <= count; byte++) {
    const weight: u32 = load<u8>(WEIGHTS + byte);
    if (weight == 0) continue;
    const rank = RANKS + ((<usize>weight) << 2);
    const from = load<u32>(rank);
    const to = from + (1 << (weight - 1));
    const entry = <u16>(byte | ((length + 1 - weight) << 8));
    for (let index = from; index < to; index++) store<u16>(HUFFMAN + (index << 1), entry);
    store<u32>(rank, to);
  }
  codeLength = length;
  return true;
}
