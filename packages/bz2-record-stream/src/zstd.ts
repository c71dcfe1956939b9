/*
 * The Zstandard format (RFC 8878): frames, each with a header, blocks and perhaps a checksum, and among them frames that are
 * to be skipped. fzstd decodes blocks; the walk from frame to frame is done here, since the library passes over checksums and
 * does not tell where a frame ends.
 */
import { Decompress } from "fzstd";
import xxhash from "xxhash-wasm";
import type { ByteSource } from "./byte-source.ts";
import {
  CorruptError,
  LimitError,
  TrailingGarbageError,
  TruncatedError,
  UnsupportedFormatError,
} from "./errors.ts";

const FRAME_MAGIC = 0xfd2fb528;
/** The last four bits of its first byte are free. */
const SKIPPED_MAGIC = 0x184d2a50;
const SKIP_SIZE = 64 * 1024;
/** The most that a block may have, compressed or not. */
const BLOCK_SIZE = 128 * 1024;
/** As much as the program zstd accepts unless told otherwise. */
const MAX_WINDOW = 128 * 1024 * 1024;
const REPEATED = 1;
const RESERVED = 3;

/**
 * Decompresses zstd, one frame after the other.
 *
 * @throws CorruptError, TruncatedError, TrailingGarbageError, UnsupportedFormatError, or LimitError for a window above 128 MiB
 */
export async function* decompressZstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  const { create64 } = await xxhash();
  for (let isFirst = true; (await source.peek(1)).length > 0; isFirst = false) {
    const offset = source.offset;
    const magic = number(await readAll(source, 4));
    if ((magic & ~0xf) >>> 0 === SKIPPED_MAGIC) await skip(source);
    else if (magic === FRAME_MAGIC) yield* decodeFrame(source, create64());
    else if (isFirst) throw new CorruptError("no zstd header", { format: "zstd", compressedOffset: offset });
    else
      throw new TrailingGarbageError("bytes after the end that are no other frame", {
        format: "zstd",
        compressedOffset: offset,
      });
  }
}

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): bigint;
}

async function* decodeFrame(source: ByteSource, hash: Hash): AsyncGenerator<Uint8Array> {
  const { bytes, hasChecksum, size } = await readFrameHeader(source);
  const pieces: Uint8Array[] = [];
  const decoder = new Decompress((piece) => pieces.push(piece));
  let length = 0n;
  decode(decoder, bytes, source);
  for (let isLast = false; !isLast;) {
    const block = await readBlock(source);
    isLast = block.isLast;
    decode(decoder, block.bytes, source);
    const checksum = isLast && hasChecksum ? await readAll(source, 4) : new Uint8Array(0);
    if (isLast) decode(decoder, checksum, source, true);
    for (const piece of pieces) {
      hash.update(piece);
      length += BigInt(piece.length);
    }
    if (isLast && hasChecksum && number(checksum) !== Number(BigInt.asUintN(32, hash.digest())))
      throw corrupt("the checksum of a frame does not agree", source);
    yield* pieces.splice(0);
  }
  if (size !== undefined && size !== length)
    throw corrupt(`${size} bytes were expected in a frame, found ${length}`, source);
}

/** Reads what stands between a frame's magic number and its blocks; `bytes` has the number too. */
async function readFrameHeader(
  source: ByteSource,
): Promise<{ bytes: Uint8Array; hasChecksum: boolean; size: bigint | undefined }> {
  const [descriptor = 0] = await readAll(source, 1);
  const isSingle = (descriptor & 0x20) !== 0;
  const windowSize = isSingle ? 0 : 1;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const rest = Buffer.from(await readAll(source, windowSize + dictionarySize + sizeSize));
  if ((descriptor & 8) !== 0) throw corrupt("a reserved bit of a frame's header is set", source);
  const dictionary = rest.subarray(windowSize, windowSize + dictionarySize);
  if (dictionary.some((byte) => byte !== 0))
    throw new UnsupportedFormatError("a frame that needs a dictionary", { format: "zstd" });
  const size = frameSize(rest.subarray(windowSize + dictionarySize));
  const window = isSingle ? Number(size) : windowOf(rest[0] ?? 0);
  if (window > MAX_WINDOW)
    throw new LimitError(`a window of at most ${MAX_WINDOW} bytes was expected, found ${window}`, {
      format: "zstd",
      compressedOffset: source.offset,
    });
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor]);
  return { bytes: Buffer.concat([magic, rest]), hasChecksum: (descriptor & 4) !== 0, size };
}

/** RFC 8878, 3.1.1.1.2 */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** RFC 8878, 3.1.1.1.4: in two bytes the size is told less 256. */
function frameSize(bytes: Uint8Array): bigint | undefined {
  if (bytes.length === 0) return undefined;
  let size = 0n;
  for (const byte of bytes.toReversed()) size = size * 256n + BigInt(byte);
  return bytes.length === 2 ? size + 256n : size;
}

async function readBlock(source: ByteSource): Promise<{ bytes: Uint8Array; isLast: boolean }> {
  const header = Buffer.from(await readAll(source, 3));
  const value = number(header);
  const type = (value >> 1) & 3;
  const size = value >> 3;
  if (type === RESERVED) throw corrupt("a block of a kind that does not exist", source);
  if (size > BLOCK_SIZE)
    throw corrupt(`at most ${BLOCK_SIZE} bytes were expected in a block, found ${size}`, source);
  const content = await readAll(source, type === REPEATED ? 1 : size);
  return { bytes: Buffer.concat([header, content]), isLast: (value & 1) === 1 };
}

function decode(decoder: Decompress, bytes: Uint8Array, source: ByteSource, isLast = false): void {
  try {
    decoder.push(bytes, isLast);
  } catch (error) {
    // Besides its own errors, damage makes it read or write where nothing is.
    throw corrupt((error as Error).message, source, error);
  }
}

async function skip(source: ByteSource): Promise<void> {
  let left = number(await readAll(source, 4));
  while (left > 0) left -= (await readAll(source, Math.min(left, SKIP_SIZE))).length;
}

/** @throws TruncatedError when there are fewer */
async function readAll(source: ByteSource, count: number): Promise<Uint8Array> {
  const bytes = await source.read(count);
  if (bytes.length === count) return bytes;
  throw new TruncatedError("the input ends too early", { format: "zstd", compressedOffset: source.length });
}

/** The lowest byte first. */
function number(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes.toReversed()) value = value * 256 + byte;
  return value;
}

function corrupt(problem: string, source: ByteSource, cause?: unknown): CorruptError {
  return new CorruptError(problem, { format: "zstd", compressedOffset: source.offset, cause });
}
