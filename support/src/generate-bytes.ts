import { createCipheriv } from "node:crypto";

const CHUNK_SIZE = 64 * 1024;
const PART_SIZE = 4096;

/** How bytes are generated. */
export interface BytesOptions {
  /** Another number gives other bytes. Default: 1. */
  readonly seed?: number;
  /** The share of the bytes that does not compress, from 0 to 1; programs have about 0.3. Default: 1. */
  readonly random?: number;
}

/**
 * Generates bytes that look random, or as well compressible as wanted: fast, and the same everywhere.
 *
 * @param size in bytes
 */
export function* generateBytes(
  size: number,
  { seed = 1, random = 1 }: BytesOptions = {},
): Generator<Uint8Array, void, void> {
  const vector = Buffer.alloc(16);
  vector.writeUInt32BE(seed);
  const stream = createCipheriv("aes-128-ctr", Buffer.alloc(16, "key"), vector);
  const zeros = Buffer.alloc(CHUNK_SIZE);
  for (let left = size; left > 0; left -= CHUNK_SIZE) {
    const chunk = stream.update(zeros.subarray(0, Math.min(left, CHUNK_SIZE)));
    if (random < 1) repeatStart(chunk, Math.floor(PART_SIZE * random));
    yield chunk;
  }
}

/** Every part of the chunk begins with bytes of its own and goes on with what the chunk began with. */
function repeatStart(chunk: Buffer, own: number): void {
  for (let start = PART_SIZE; start < chunk.length; start += PART_SIZE)
    chunk.copyWithin(start + own, 0, PART_SIZE - own);
}
