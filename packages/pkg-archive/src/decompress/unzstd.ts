import { DamagedError, LimitError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

/*
 * fzstd decodes blocks, but it does not verify checksums, and would hold all that a chunk of input becomes. So frames are taken
 * apart into their blocks here, after RFC 8878, section 3.
 */

const MAGIC = 0xfd2fb528;
const SKIPPABLE = { mask: 0xfffffff0, magic: 0x184d2a50 } as const;
/** As much as the zstd tool allows unless told otherwise, in bytes. */
const LARGEST_WINDOW = 128 * 1024 * 1024;
const LARGEST_BLOCK = 128 * 1024;
const RLE = 1;
const RESERVED = 3;

/** Decompresses zstd, frame after frame; a frame's checksum is verified where it has one. */
export async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  while ((await source.peek(1)).length > 0) {
    const magic = (await source.read(4, "a zstd frame")).readUInt32LE();
    if ((magic & SKIPPABLE.mask) >>> 0 === SKIPPABLE.magic) await skipFrame(source);
    else if (magic === MAGIC) yield* readFrame(source);
    else throw new DamagedError("zstd: the start of a frame was expected, found something else");
  }
}

async function skipFrame(source: ByteSource): Promise<void> {
  let left = (await source.read(4, "a zstd frame")).readUInt32LE();
  while (left > 0) {
    const chunk = await source.take(left);
    if (chunk === undefined) throw new DamagedError("zstd: the compressed data ends too early");
    left -= chunk.length;
  }
}

async function* readFrame(source: ByteSource): AsyncGenerator<Uint8Array> {
  const [{ Decompress }, { default: xxhash }] = await Promise.all([import("fzstd"), import("xxhash-wasm")]);
  const { header, hasChecksum } = await readHeader(source);
  const hash = hasChecksum ? (await xxhash()).create64() : undefined;
  const pieces: Uint8Array[] = [];
  const decoder = new Decompress((piece) => pieces.push(piece));
  try {
    decoder.push(header);
    for (let isLast = false; !isLast;) {
      const block = await readBlock(source);
      isLast = block.isLast;
      const checksum =
        isLast && hasChecksum ? Buffer.from(await source.read(4, "a zstd checksum")) : Buffer.alloc(0);
      decoder.push(Buffer.concat([block.bytes, checksum]), isLast);
      for (const piece of pieces.splice(0)) {
        hash?.update(piece);
        yield piece;
      }
      if (checksum.length > 0 && Number((hash?.digest() ?? 0n) & 0xffffffffn) !== checksum.readUInt32LE())
        throw new DamagedError("zstd: the checksum of the data is not what it must be");
    }
  } catch (error) {
    throw isDecoderError(error) ? new DamagedError(`zstd: ${error.message}`, error) : error;
  }
}

interface FrameHeader {
  /** With the magic number. */
  readonly header: Buffer;
  readonly hasChecksum: boolean;
}

async function readHeader(source: ByteSource): Promise<FrameHeader> {
  const descriptor = (await source.peek(1))[0] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [windowBytes ^ 1, 2, 4, 8][descriptor >> 6] ?? 0;
  const rest = Buffer.from(await source.read(1 + windowBytes + dictionaryBytes + sizeBytes, "a zstd header"));
  if (rest.subarray(1 + windowBytes, 1 + windowBytes + dictionaryBytes).some((byte) => byte !== 0))
    throw new DamagedError("zstd: data without a dictionary was expected");
  const window = isSingleSegment ? contentSize(rest.subarray(1 + dictionaryBytes)) : windowSize(rest[1] ?? 0);
  if (window > LARGEST_WINDOW)
    throw new LimitError(`zstd: a window of at most ${LARGEST_WINDOW} bytes was expected, found ${window}`);
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(MAGIC);
  return { header: Buffer.concat([magic, rest]), hasChecksum: (descriptor & 4) !== 0 };
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

function contentSize(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE());
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0);
}

async function readBlock(source: ByteSource): Promise<{ bytes: Buffer; isLast: boolean }> {
  const first = Buffer.from((await source.peek(3)).subarray(0, 3));
  if (first.length < 3) throw new DamagedError("zstd: the compressed data ends too early");
  const header = first.readUIntLE(0, 3);
  const type = (header >> 1) & 3;
  const size = header >> 3;
  if (type === RESERVED || size > LARGEST_BLOCK) throw new DamagedError("zstd: a block is not as it must be");
  const bytes = Buffer.from(await source.read(3 + (type === RLE ? 1 : size), "a zstd block"));
  return { bytes, isLast: (header & 1) === 1 };
}

/** fzstd numbers its errors; on bad data it can also stumble. */
function isDecoderError(error: unknown): error is Error {
  return (
    error instanceof RangeError ||
    error instanceof TypeError ||
    typeof (error as { code?: unknown }).code === "number"
  );
}
