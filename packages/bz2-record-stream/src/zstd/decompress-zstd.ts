/*
 * The Zstandard format (RFC 8878): frames, each with a header, blocks and perhaps a checksum, and among them frames that are
 * to be skipped.
 */
import xxhash from "xxhash-wasm";
import type { ByteSource } from "../byte-source.ts";
import {
  CorruptError,
  LimitError,
  TrailingGarbageError,
  TruncatedError,
  UnsupportedFormatError,
} from "../errors.ts";
import { BLOCK_SIZE, BlockDecoder } from "./block-decoder.ts";

const FRAME_MAGIC = 0xfd2fb528;
/** The last four bits of its first byte are free. */
const SKIPPED_MAGIC = 0x184d2a50;
const SKIP_SIZE = 64 * 1024;
/** As much as the program zstd accepts unless told otherwise. */
const MAX_WINDOW = 128 * 1024 * 1024;
const REPEATED = 1;
const RESERVED = 3;
/** Output is handed on in pieces of this size. */
const PIECE_SIZE = 32 * 1024;

/**
 * Decompresses zstd, one frame after the other.
 *
 * @throws CorruptError, TruncatedError, TrailingGarbageError, UnsupportedFormatError, or LimitError for a window above 128 MiB
 */
export async function* decompressZstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  const { create64 } = await xxhash();
  let decoder: BlockDecoder | undefined;
  for (let isFirst = true; (await source.peek(1)).length > 0; isFirst = false) {
    const offset = source.offset;
    const start = await source.read(4);
    if (start.length < 4 && canBeginFrame(start)) throw truncated(source);
    const magic = number(start);
    if ((magic & ~0xf) >>> 0 === SKIPPED_MAGIC) await skip(source);
    else if (magic === FRAME_MAGIC) {
      const header = await readFrameHeader(source);
      if (decoder?.startFrame(header.window) !== true) {
        decoder = new BlockDecoder(header.window);
        decoder.startFrame(header.window);
      }
      yield* decodeFrame({ source, header, decoder, hash: create64() });
    } else if (isFirst)
      throw new CorruptError("no zstd header", { format: "zstd", compressedOffset: offset });
    else
      throw new TrailingGarbageError("bytes after the end that are no other frame", {
        format: "zstd",
        compressedOffset: offset,
      });
  }
}

/** Whether these bytes, of which there are too few, agree with the start of a frame. */
function canBeginFrame(bytes: Uint8Array): boolean {
  const [first = 0, ...others] = bytes;
  const agrees = (magic: number): boolean =>
    others.every((byte, index) => byte === ((magic >> (8 * (index + 1))) & 0xff));
  if (first >> 4 === (SKIPPED_MAGIC & 0xff) >> 4) return agrees(SKIPPED_MAGIC);
  return first === (FRAME_MAGIC & 0xff) && agrees(FRAME_MAGIC);
}

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): bigint;
}

interface FrameHeader {
  readonly window: number;
  readonly hasChecksum: boolean;
  /** Of the text, where it is told. */
  readonly size: bigint | undefined;
}

interface Frame {
  readonly source: ByteSource;
  readonly header: FrameHeader;
  readonly decoder: BlockDecoder;
  readonly hash: Hash;
}

async function* decodeFrame({ source, header, decoder, hash }: Frame): AsyncGenerator<Uint8Array> {
  let length = 0n;
  for (let isLast = false; !isLast;) {
    const block = await readBlock(source, decoder);
    isLast = block.isLast;
    const text = decoder.decode(block.kind, block.size);
    if (text === undefined) throw corrupt("a damaged block", source);
    length += BigInt(text.length);
    if (header.size !== undefined && length > header.size) break;
    hash.update(text);
    const checksum = isLast && header.hasChecksum ? number(await readAll(source, 4)) : undefined;
    if (checksum !== undefined && checksum !== Number(BigInt.asUintN(32, hash.digest())))
      throw corrupt("the checksum of a frame does not agree", source);
    for (let start = 0; start < text.length; start += PIECE_SIZE)
      yield text.subarray(start, start + PIECE_SIZE);
  }
  if (header.size !== undefined && header.size !== length)
    throw corrupt(`${header.size} bytes were expected in a frame, found ${length}`, source);
}

/** Reads what stands between a frame's magic number and its blocks. */
async function readFrameHeader(source: ByteSource): Promise<FrameHeader> {
  const [descriptor = 0] = await readAll(source, 1);
  const isSingle = (descriptor & 0x20) !== 0;
  const windowSize = isSingle ? 0 : 1;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const rest = await readAll(source, windowSize + dictionarySize + sizeSize);
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
  return { window, hasChecksum: (descriptor & 4) !== 0, size };
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

interface Block {
  readonly kind: number;
  readonly size: number;
  readonly isLast: boolean;
}

/** Reads a block's header, and its content into the decoder. */
async function readBlock(source: ByteSource, decoder: BlockDecoder): Promise<Block> {
  const header = number(await readAll(source, 3));
  const kind = (header >> 1) & 3;
  const size = header >> 3;
  if (kind === RESERVED) throw corrupt("a block of a kind that does not exist", source);
  if (size > BLOCK_SIZE)
    throw corrupt(`at most ${BLOCK_SIZE} bytes were expected in a block, found ${size}`, source);
  const content = decoder.input(kind === REPEATED ? 1 : size);
  if ((await source.fill(content)) < content.length) throw truncated(source);
  return { kind, size, isLast: (header & 1) === 1 };
}

async function skip(source: ByteSource): Promise<void> {
  let left = number(await readAll(source, 4));
  while (left > 0) left -= (await readAll(source, Math.min(left, SKIP_SIZE))).length;
}

/** @throws TruncatedError when there are fewer */
async function readAll(source: ByteSource, count: number): Promise<Uint8Array> {
  const bytes = await source.read(count);
  if (bytes.length === count) return bytes;
  throw truncated(source);
}

function truncated(source: ByteSource): TruncatedError {
  return new TruncatedError("the input ends too early", { format: "zstd", compressedOffset: source.length });
}

/** The lowest byte first. */
function number(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes.toReversed()) value = value * 256 + byte;
  return value;
}

function corrupt(problem: string, source: ByteSource): CorruptError {
  return new CorruptError(problem, { format: "zstd", compressedOffset: source.offset });
}
