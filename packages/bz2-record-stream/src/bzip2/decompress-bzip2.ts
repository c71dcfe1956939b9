/*
 * The bzip2 format: "BZh" and a level from 1 to 9, then blocks that start anywhere in a byte, each with a mark of 48 bits
 * and a checksum, then another mark and the checksum of the stream. Streams may follow each other in one file.
 */
import type { ByteSource } from "../byte-source.ts";
import { CorruptError, TrailingGarbageError } from "../errors.ts";
import type { BitReader } from "./bit-reader.ts";
import { BlockDecoder } from "./block.ts";
import { BlockError } from "./block-error.ts";
import { combineCrc } from "./crc.ts";
import { Input } from "./input.ts";

const MAGIC = Buffer.from("BZh");
const BLOCK_MARK = [0x314159, 0x265359] as const;
const END_MARK = [0x177245, 0x385090] as const;

/**
 * Decompresses bzip2, one stream after the other, holding one block at a time.
 *
 * @throws CorruptError, TruncatedError or TrailingGarbageError
 */
export async function* decompressBzip2(source: ByteSource): AsyncGenerator<Uint8Array> {
  const input = new Input(source);
  let decoder: BlockDecoder | undefined;
  do {
    const level = await input.read(readHeader);
    if (level === undefined) throw noHeader(input.offset);
    if (decoder?.level !== level) decoder = new BlockDecoder(level);
    yield* decompressStream(input, decoder);
  } while (!(await input.atEnd()));
}

function noHeader(compressedOffset: number): CorruptError | TrailingGarbageError {
  const facts = { format: "bzip2", compressedOffset } as const;
  if (compressedOffset === 0) return new CorruptError("no bzip2 header", facts);
  return new TrailingGarbageError("bytes after the end that are no other stream", facts);
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

/** @returns the level, or undefined where no stream starts */
function readHeader(reader: BitReader): number | undefined {
  if (!MAGIC.every((byte) => reader.bits(8) === byte)) return undefined;
  const level = reader.bits(8) - 0x30;
  return level >= 1 && level <= 9 ? level : undefined;
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
