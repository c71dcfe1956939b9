import type { BitReader } from "./bit-reader.ts";
import { BlockError } from "./block-error.ts";
import { type HuffmanTable, huffmanTable, MAX_CODE_BITS } from "./huffman.ts";
import { moveToFront } from "./move-to-front.ts";

/** What a block tells before its symbols. */
export interface BlockHeader {
  /** The checksum of the block's text. */
  readonly crc: number;
  /** Where the text's own rotation is among the sorted ones. */
  readonly origin: number;
  /** The bytes that occur, in rising order. */
  readonly alphabet: Uint8Array;
  /** The Huffman table of each group of symbols. */
  readonly groups: readonly HuffmanTable[];
}

/**
 * Reads what stands between the mark of a block and its symbols.
 *
 * @throws BlockError for what no encoder writes
 * @throws NEED_MORE when it goes on beyond what is at hand
 */
export function readBlockHeader(reader: BitReader): BlockHeader {
  const crc = reader.word();
  if (reader.bits(1) === 1) throw new BlockError("a randomised block, which only bzip2 before 0.9.5 wrote");
  const origin = reader.bits(24);
  const alphabet = readAlphabet(reader);
  const tableCount = reader.bits(3);
  if (tableCount < 2 || tableCount > 6)
    throw new BlockError(`2 to 6 Huffman tables were expected, found ${tableCount}`);
  const selectors = readSelectors(reader, tableCount);
  const tables = Array.from({ length: tableCount }, () => readTable(reader, alphabet.length + 2));
  const groups = Array.from(selectors, (selector) => tables[selector] as HuffmanTable);
  return { crc, origin, alphabet, groups };
}

/** Which bytes occur in the block: a map of sixteen parts, then a map of each part that has any. */
function readAlphabet(reader: BitReader): Uint8Array {
  const parts = reader.bits(16);
  const bytes: number[] = [];
  for (let part = 0; part < 16; part++) {
    if ((parts & (0x8000 >> part)) === 0) continue;
    const members = reader.bits(16);
    for (let member = 0; member < 16; member++) {
      if ((members & (0x8000 >> member)) !== 0) bytes.push(part * 16 + member);
    }
  }
  if (bytes.length === 0) throw new BlockError("a block that uses no byte at all");
  return Uint8Array.from(bytes);
}

/** Which table each group of symbols uses, kept as places in a move-to-front list. */
function readSelectors(reader: BitReader, tableCount: number): Uint8Array {
  const count = reader.bits(15);
  if (count === 0) throw new BlockError("a block without groups of symbols");
  const selectors = new Uint8Array(count);
  const front = Uint8Array.from({ length: tableCount }, (_, table) => table);
  for (let index = 0; index < count; index++) {
    let place = 0;
    while (reader.bits(1) === 1) {
      place += 1;
      if (place >= tableCount)
        throw new BlockError("a group of symbols that uses a table which is not there");
    }
    selectors[index] = moveToFront(front, place);
  }
  return selectors;
}

/** Code lengths, each told by its difference from the one before. */
function readTable(reader: BitReader, symbols: number): HuffmanTable {
  const lengths = new Uint8Array(symbols);
  let length = reader.bits(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_BITS) throw new BlockError(`a code of ${length} bits`);
      if (reader.bits(1) === 0) break;
      length += reader.bits(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const table = huffmanTable(lengths);
  if (table === undefined) throw new BlockError("more Huffman codes than there can be");
  return table;
}
