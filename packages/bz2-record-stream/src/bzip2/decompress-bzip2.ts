/*
 * The bzip2 format: "BZh" and a level from 1 to 9, then blocks that start anywhere in a byte, each with a mark of 48 bits
 * and a checksum, then another mark and the checksum of the stream. Streams may follow each other in one file.
 */
import type { ByteSource } from "../byte-source.ts";
import { DecompressError } from "../decompress-error.ts";
import { BitReader, NEED_MORE } from "./bit-reader.ts";
import { BlockDecoder, BlockError } from "./block.ts";
import { combineCrc } from "./crc.ts";

const MAGIC = Buffer.from("BZh");
const BLOCK_MARK = [0x314159, 0x265359] as const;
const END_MARK = [0x177245, 0x385090] as const;
/** What is asked for at first, in bytes. */
const READ_SIZE = 64 * 1024;

/**
 * Decompresses bzip2, one stream after the other, holding one block at a time.
 *
 * @throws DecompressError when the input is damaged, ends too early or goes on with something else
 */
export async function* decompressBzip2(source: ByteSource): AsyncGenerator<Uint8Array> {
  const input = new Input(source);
  let streams = 0;
  while (streams === 0 || !(await input.atEnd())) {
    const level = await input.read((reader) => readHeader(reader, streams));
    yield* decompressStream(input, new BlockDecoder(level));
    streams += 1;
  }
}

async function* decompressStream(input: Input, decoder: BlockDecoder): AsyncGenerator<Uint8Array> {
  let crc = 0;
  while (await input.read((reader) => readBlock(reader, decoder))) {
    yield* input.guard(decoder.output());
    crc = combineCrc(crc, decoder.expectedCrc);
  }
  await input.read((reader) => {
    if (reader.word() !== crc >>> 0) throw new BlockError("the checksum of the whole stream does not agree");
    reader.alignToByte();
  });
}

function readHeader(reader: BitReader, streams: number): number {
  const isMagic = MAGIC.every((byte) => reader.bits(8) === byte);
  const level = isMagic ? reader.bits(8) - 0x30 : 0;
  if (level >= 1 && level <= 9) return level;
  throw new BlockError(streams === 0 ? "no bzip2 header" : TRAILING);
}

/** Reads a block if there is another, and tells so. */
function readBlock(reader: BitReader, decoder: BlockDecoder): boolean {
  const high = reader.bits(24);
  const low = reader.bits(24);
  if (high === END_MARK[0] && low === END_MARK[1]) return false;
  if (high !== BLOCK_MARK[0] || low !== BLOCK_MARK[1])
    throw new BlockError("no block where one should start");
  decoder.read(reader);
  return true;
}

const TRAILING = "bytes after the end that are no other stream";

/** Compressed bytes that are waited for, a whole element of the format at a time. */
class Input {
  readonly #source: ByteSource;
  readonly #reader = new BitReader(new Uint8Array(0));
  /** Compressed bytes before the reader's. */
  #offset = 0;
  /** A third more bytes than the longest element has taken, as a guess at what the next will. */
  #expected = READ_SIZE;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async atEnd(): Promise<boolean> {
    this.#drop();
    return this.#reader.bytes.length === 0 && (await this.#fill(1)).length === 0;
  }

  /** Reads one element, again from its start each time that it turns out to be longer than what is at hand. */
  async read<T>(element: (reader: BitReader) => T): Promise<T> {
    this.#drop();
    const start = this.#reader.position;
    for (let wanted = this.#expected; ; wanted = 2 * this.#reader.bytes.length) {
      const atEnd = (await this.#fill(wanted)).length < wanted;
      this.#reader.position = start;
      try {
        const result = element(this.#reader);
        this.#expected = Math.max(this.#expected, Math.ceil(this.#reader.position / 6));
        return result;
      } catch (error) {
        if (error !== NEED_MORE) throw this.#failure(error, start);
        if (atEnd) throw this.#truncated();
      }
    }
  }

  /** Passes output on; what goes wrong in making it gets its place. */
  *guard(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      throw this.#failure(error, this.#reader.position);
    }
  }

  /** Forgets the whole bytes that have been read. */
  #drop(): void {
    const bytes = this.#reader.position >> 3;
    this.#offset += bytes;
    this.#reader.bytes = this.#reader.bytes.subarray(bytes);
    this.#reader.position &= 7;
  }

  async #fill(wanted: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = this.#reader.bytes.length;
    while (length < wanted) {
      const chunk = await this.#source.take();
      if (chunk === undefined) break;
      parts.push(Uint8Array.from(chunk));
      length += chunk.length;
    }
    if (parts.length > 0) this.#reader.bytes = Buffer.concat([this.#reader.bytes, ...parts]);
    return this.#reader.bytes;
  }

  /** @param position bits before what went wrong */
  #failure(error: unknown, position: number): unknown {
    if (!(error instanceof BlockError)) return error;
    const code = error.message === TRAILING ? "ERR_BZ2_TRAILING_GARBAGE" : "ERR_BZ2_CORRUPT";
    const compressedOffset = this.#offset + (position >> 3);
    return new DecompressError(code, error.message, { format: "bzip2", compressedOffset });
  }

  #truncated(): DecompressError {
    const compressedOffset = this.#offset + this.#reader.bytes.length;
    return new DecompressError("ERR_BZ2_TRUNCATED", "the input ends too early", {
      format: "bzip2",
      compressedOffset,
    });
  }
}
