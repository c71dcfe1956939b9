import { type BitReader, NEED_MORE } from "./bit-reader.ts";
import { crcUpdate } from "./crc.ts";
import { type HuffmanTable, huffmanTable, LOOKUP_BITS, MAX_CODE_BITS } from "./huffman.ts";

/** The problem with a block, in words; never seen outside of this folder. */
export class BlockError extends Error {
  override readonly name = "BlockError";
}

const SYMBOLS_PER_GROUP = 50;
const RUN_A = 0;
const RUN_B = 1;
/** Output is handed on in pieces of this size. */
const CHUNK_SIZE = 128 * 1024;

/**
 * Decodes the blocks of a bzip2 stream, one at a time, into memory that is allotted once.
 *
 * {@link BlockDecoder.read} undoes the Huffman and move-to-front coding, {@link BlockDecoder.output} the block sorting and
 * the first run-length coding.
 */
export class BlockDecoder {
  /** The block's bytes in their sorted order, then in the upper 24 bits the place of each one's successor. */
  readonly #chain: Uint32Array;
  readonly #chunk = new Uint8Array(CHUNK_SIZE);
  #length = 0;
  #origin = 0;
  #expectedCrc = 0;

  /** @param level 1 to 9, the size of blocks in units of 100,000 bytes */
  constructor(level: number) {
    this.#chain = new Uint32Array(level * 100_000);
  }

  /** The checksum that the block says it has. */
  get expectedCrc(): number {
    return this.#expectedCrc;
  }

  /**
   * Reads one block from behind its mark.
   *
   * @throws BlockError for a block that is damaged
   * @throws NEED_MORE when the block goes on beyond what is at hand; nothing is lost by reading it again from its start
   */
  read(reader: BitReader): void {
    this.#expectedCrc = reader.word();
    if (reader.bits(1) === 1) throw new BlockError("a randomised block, which only bzip2 before 0.9.5 wrote");
    this.#origin = reader.bits(24);
    const alphabet = readAlphabet(reader);
    const groups = reader.bits(3);
    if (groups < 2 || groups > 6) throw new BlockError(`${groups} Huffman tables, where 2 to 6 are allowed`);
    const selectors = readSelectors(reader, groups);
    const tables = Array.from({ length: groups }, () => readTable(reader, alphabet.length + 2));
    const counts = this.#readSymbols(reader, alphabet, selectors, tables);
    if (this.#origin >= this.#length) throw new BlockError("the start of the text lies outside of the block");
    this.#link(counts);
  }

  /**
   * Yields the block's text; each piece is valid until the next one is asked for.
   *
   * @throws BlockError when the checksum of the whole is not the one that the block says
   */
  *output(): Generator<Uint8Array> {
    const chain = this.#chain;
    const chunk = this.#chunk;
    let crc = -1;
    let filled = 0;
    let repeats = 0;
    let previous = -1;
    let place = (chain[this.#origin] as number) >>> 8;
    for (let left = this.#length; left > 0; left--) {
      const entry = chain[place] as number;
      const byte = entry & 0xff;
      place = entry >>> 8;
      // A run's length takes no more than 255 places, and one byte takes one.
      if (filled > CHUNK_SIZE - 256) {
        const piece = chunk.subarray(0, filled);
        crc = crcUpdate(crc, piece);
        yield piece;
        filled = 0;
      }
      if (repeats === 4) {
        chunk.fill(previous, filled, filled + byte);
        filled += byte;
        repeats = 0;
        previous = -1;
      } else {
        repeats = byte === previous ? repeats + 1 : 1;
        previous = byte;
        chunk[filled++] = byte;
      }
    }
    const piece = chunk.subarray(0, filled);
    crc = ~crcUpdate(crc, piece) >>> 0;
    if (crc !== this.#expectedCrc) {
      throw new BlockError(`checksum ${hex(this.#expectedCrc)} expected in a block, ${hex(crc)} found`);
    }
    yield piece;
  }

  /** Undoes Huffman, zero-run and move-to-front coding; the sorted bytes go to the chain, their counts come back. */
  #readSymbols(
    reader: BitReader,
    alphabet: Uint8Array,
    selectors: Uint8Array,
    tables: HuffmanTable[],
  ): Int32Array {
    const chain = this.#chain;
    const counts = new Int32Array(256);
    const front = alphabet.slice();
    const endOfBlock = alphabet.length + 1;
    let length = 0;
    let run = 0;
    let runBit = 1;
    for (const selector of selectors) {
      const table = tables[selector] as HuffmanTable;
      for (let left = SYMBOLS_PER_GROUP; left > 0; left--) {
        const symbol = nextSymbol(reader, table);
        if (symbol <= RUN_B) {
          run += symbol === RUN_A ? runBit : 2 * runBit;
          runBit *= 2;
          if (run > chain.length) throw new BlockError("a run that is longer than the block");
          continue;
        }
        if (run > 0) {
          const byte = front[0] as number;
          if (length + run > chain.length)
            throw new BlockError("more text than the size of the block allows");
          chain.fill(byte, length, length + run);
          counts[byte] = (counts[byte] as number) + run;
          length += run;
          run = 0;
          runBit = 1;
        }
        if (symbol === endOfBlock) {
          this.#length = length;
          return counts;
        }
        if (length >= chain.length) throw new BlockError("more text than the size of the block allows");
        const byte = moveToFront(front, symbol - 1);
        chain[length++] = byte;
        counts[byte] = (counts[byte] as number) + 1;
      }
    }
    throw new BlockError("a block without an end");
  }

  /** Turns the sorted bytes into a chain: from each place to the place of the byte that follows in the text. */
  #link(counts: Int32Array): void {
    const chain = this.#chain;
    const next = new Int32Array(256);
    for (let byte = 1; byte < 256; byte++)
      next[byte] = (next[byte - 1] as number) + (counts[byte - 1] as number);
    for (let place = 0; place < this.#length; place++) {
      const byte = (chain[place] as number) & 0xff;
      const target = next[byte] as number;
      next[byte] = target + 1;
      chain[target] = (chain[target] as number) | (place << 8);
    }
  }
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
function readSelectors(reader: BitReader, groups: number): Uint8Array {
  const count = reader.bits(15);
  if (count === 0) throw new BlockError("a block without groups of symbols");
  const selectors = new Uint8Array(count);
  const front = Uint8Array.from({ length: groups }, (_, group) => group);
  for (let index = 0; index < count; index++) {
    let place = 0;
    while (reader.bits(1) === 1) {
      place += 1;
      if (place >= groups) throw new BlockError("a group of symbols that uses a table which is not there");
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

function nextSymbol(reader: BitReader, table: HuffmanTable): number {
  const { bytes, position } = reader;
  const first = position >> 3;
  const word =
    (((bytes[first] as number) << 24) |
      ((bytes[first + 1] as number) << 16) |
      ((bytes[first + 2] as number) << 8) |
      (bytes[first + 3] as number)) <<
    (position & 7);
  const found = table.lookup[word >>> (32 - LOOKUP_BITS)] as number;
  if (found !== 0) {
    reader.position = position + (found & 31);
    if (reader.position > bytes.length * 8) throw NEED_MORE;
    return found >> 5;
  }
  for (let bits = LOOKUP_BITS + 1; bits <= MAX_CODE_BITS; bits++) {
    const code = word >>> (32 - bits);
    if (code <= (table.limit[bits] as number)) {
      reader.position = position + bits;
      if (reader.position > bytes.length * 8) throw NEED_MORE;
      return table.symbols[code - (table.base[bits] as number)] as number;
    }
  }
  if (position + MAX_CODE_BITS > bytes.length * 8) throw NEED_MORE;
  throw new BlockError("bits that are no code");
}

function moveToFront(front: Uint8Array, place: number): number {
  const value = front[place] as number;
  // Most places are near the front, where a loop is faster than copyWithin.
  for (let index = place; index > 0; index--) front[index] = front[index - 1] as number;
  front[0] = value;
  return value;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
