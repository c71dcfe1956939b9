import { type BitReader, NEED_MORE } from "./bit-reader.ts";
import { BlockError } from "./block-error.ts";
import { type BlockHeader, readBlockHeader } from "./block-header.ts";
import { crcUpdate } from "./crc.ts";
import { LOOKUP_BITS, longSymbol, MAX_CODE_BITS } from "./huffman.ts";
import { moveToFront } from "./move-to-front.ts";

const SYMBOLS_PER_GROUP = 50;
const RUN_A = 0;
const RUN_B = 1;
const LOOKUP_MASK = (1 << LOOKUP_BITS) - 1;
/** Output is handed on in pieces of this size. */
const CHUNK_SIZE = 128 * 1024;
/** After so many equal bytes comes a byte that tells how many more there are. */
const RUN_START = 4;
const LONGEST_RUN = RUN_START + 255;

/**
 * Decodes the blocks of a bzip2 stream, one at a time, into memory that is allotted once.
 *
 * {@link BlockDecoder.read} undoes the Huffman and move-to-front coding, {@link BlockDecoder.output} the block sorting and
 * the first run-length coding. It knows nothing of streams: bits in, bytes out.
 */
export class BlockDecoder {
  /**
   * The sorted bytes; above each, shifted by 8, first how many equal ones there are before it, then where the byte is that
   * precedes it in the text.
   */
  readonly #sorted: Int32Array;
  /** The bytes in the order of the text, runs still coded. */
  readonly #text: Uint8Array;
  readonly #chunk = new Uint8Array(CHUNK_SIZE);
  #filled = 0;
  /** The last byte of the chunk, or -1 when a run has ended there, and how many equal ones there are. */
  #previous = -1;
  #repeats = 0;
  /** For each byte, what its next occurrence in `#sorted` will be. */
  readonly #next = new Int32Array(256);
  #length = 0;
  #origin = 0;
  #expectedCrc = 0;

  readonly level: number;

  /** @param level 1 to 9, the size of blocks in units of 100,000 bytes */
  constructor(level: number) {
    this.level = level;
    this.#sorted = new Int32Array(level * 100_000);
    this.#text = new Uint8Array(level * 100_000);
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
    const header = readBlockHeader(reader);
    this.#expectedCrc = header.crc;
    this.#origin = header.origin;
    this.#length = this.#readSymbols(reader, header);
    if (this.#origin >= this.#length) throw new BlockError("the start of the text lies outside of the block");
  }

  /**
   * Yields the block's text; each piece is valid until the next one is asked for.
   *
   * @throws BlockError when the checksum of the whole is not the one that the block says
   */
  *output(): Generator<Uint8Array> {
    this.#unsort();
    this.#previous = -1;
    let crc = -1;
    for (let index = 0; index < this.#length;) {
      index = this.#expandRuns(index);
      const piece = this.#chunk.subarray(0, this.#filled);
      crc = crcUpdate(crc, piece);
      yield piece;
    }
    crc = ~crc >>> 0;
    if (crc !== this.#expectedCrc) {
      throw new BlockError(`checksum ${hex(this.#expectedCrc)} expected in a block, found ${hex(crc)}`);
    }
  }

  /**
   * Undoes Huffman, zero-run and move-to-front coding.
   *
   * This is half of the whole work, so bits are held in variables here and everything is in one loop.
   *
   * @returns how many bytes were sorted
   */
  #readSymbols(reader: BitReader, { alphabet, groups }: BlockHeader): number {
    const { bytes } = reader;
    const sorted = this.#sorted;
    const next = this.#next;
    for (let byte = 0; byte < 256; byte++) next[byte] = byte;
    const front = alphabet.slice();
    const endOfBlock = alphabet.length + 1;
    const room = sorted.length;
    let nextByte = reader.position >> 3;
    let held = bytes[nextByte++] as number;
    let heldBits = 8 - (reader.position & 7);
    let length = 0;
    let run = 0;
    let runUnit = 1;
    for (const table of groups) {
      const { lookup } = table;
      // A group is at most 125 bytes long, which the padding covers.
      if (nextByte * 8 - heldBits > reader.end) throw NEED_MORE;
      for (let left = SYMBOLS_PER_GROUP; left > 0; left--) {
        while (heldBits < MAX_CODE_BITS) {
          held = (held << 8) | (bytes[nextByte++] as number);
          heldBits += 8;
        }
        let found = lookup[(held >> (heldBits - LOOKUP_BITS)) & LOOKUP_MASK] as number;
        if (found === 0) found = longSymbol(table, held, heldBits);
        if (found === 0)
          throw wrongAt(nextByte * 8 - heldBits + MAX_CODE_BITS, reader, "bits that are no Huffman code");
        heldBits -= found & 31;
        const symbol = found >> 5;
        if (symbol <= RUN_B) {
          run += symbol === RUN_A ? runUnit : 2 * runUnit;
          runUnit *= 2;
          if (run > room - length) throw wrongAt(nextByte * 8 - heldBits, reader, tooMuch(room));
          continue;
        }
        if (run > 0) {
          const byte = front[0] as number;
          let entry = next[byte] as number;
          for (; run > 0; run--, entry += 256) sorted[length++] = entry;
          next[byte] = entry;
          runUnit = 1;
        }
        if (symbol === endOfBlock) {
          reader.moveTo(nextByte * 8 - heldBits);
          return length;
        }
        if (length >= room) throw wrongAt(nextByte * 8 - heldBits, reader, tooMuch(room));
        const byte = moveToFront(front, symbol - 1);
        const entry = next[byte] as number;
        sorted[length++] = entry;
        next[byte] = entry + 256;
      }
    }
    throw wrongAt(nextByte * 8 - heldBits, reader, "a block without an end");
  }

  /**
   * Undoes the block sorting, from the text's last byte to its first.
   *
   * The sorted bytes are those which precede each rotation. The rotation that starts with such a byte is found by counting:
   * all smaller bytes, then the equal ones before. Going backwards like this needs no second array, and of each byte only
   * one visit out of order, which is what the time goes into.
   */
  #unsort(): void {
    const sorted = this.#sorted;
    const text = this.#text;
    const start = new Int32Array(256);
    for (let byte = 1; byte < 256; byte++) {
      start[byte] = (start[byte - 1] as number) + ((this.#next[byte - 1] as number) >> 8);
    }
    for (let place = 0; place < this.#length; place++) {
      const entry = sorted[place] as number;
      sorted[place] = entry + ((start[entry & 0xff] as number) << 8);
    }
    let place = this.#origin;
    for (let index = this.#length - 1; index >= 0; index--) {
      const entry = sorted[place] as number;
      text[index] = entry;
      place = entry >> 8;
    }
  }

  /**
   * Writes runs out in full, as many as one chunk holds.
   *
   * @param from where to go on in the text
   * @returns where it came to
   */
  #expandRuns(from: number): number {
    const text = this.#text;
    const chunk = this.#chunk;
    const end = this.#length;
    let index = from;
    let filled = 0;
    let previous = this.#previous;
    let repeats = this.#repeats;
    while (index < end && filled < CHUNK_SIZE - LONGEST_RUN) {
      const byte = text[index++] as number;
      chunk[filled++] = byte;
      if (byte !== previous) {
        previous = byte;
        repeats = 1;
      } else if (++repeats === RUN_START && index < end) {
        const more = text[index++] as number;
        chunk.fill(byte, filled, filled + more);
        filled += more;
        previous = -1;
        repeats = 0;
      }
    }
    this.#filled = filled;
    this.#previous = previous;
    this.#repeats = repeats;
    return index;
  }
}

/** What is wrong behind the end is not a problem of the block: those bits have not come yet. */
function wrongAt(position: number, reader: BitReader, problem: string): BlockError | typeof NEED_MORE {
  return position > reader.end ? NEED_MORE : new BlockError(problem);
}

function tooMuch(room: number): string {
  return `at most ${room} bytes were expected in a block, found more`;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
