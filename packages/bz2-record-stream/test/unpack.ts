import { decompress, type DecompressOptions } from "../src/decompress.ts";
import { RecordStreamError } from "../src/errors.ts";

/** Bytes in chunks of a size, all in one buffer, since a producer is free to do that. */
export async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // A Buffer, as most producers have it: of its methods `slice` does not copy.
  const chunk = Buffer.alloc(size);
  for (let start = 0; start < bytes.length; start += size) {
    const part = bytes.subarray(start, start + size);
    chunk.set(part);
    yield chunk.subarray(0, part.length);
    chunk.fill(0xff);
  }
}

/** Decompresses bytes that come in chunks of a size, with memory that is used again unless told otherwise. */
export async function unpack(bytes: Uint8Array, options?: DecompressOptions, size = 1000): Promise<Buffer> {
  const parts: Buffer[] = [];
  const text = decompress(chunks(bytes, size), { reuseMemory: true, ...options });
  for await (const part of text) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

/** The error that decompressing ends with. */
export async function failure(bytes: Uint8Array, options?: DecompressOptions): Promise<RecordStreamError> {
  const error: unknown = await unpack(bytes, options).catch((caught: unknown) => caught);
  if (!(error instanceof RecordStreamError))
    throw new Error(`a RecordStreamError was expected, got ${String(error)}`);
  return error;
}

/** Which damaged forms of a packed text are taken for another text, or fail with an error of another kind. */
export async function undetected(
  packed: Uint8Array,
  original: Uint8Array,
  options?: DecompressOptions,
): Promise<string[]> {
  const bad: string[] = [];
  for (let index = 0; index < packed.length; index++) {
    for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      const damaged = packed.with(index, (packed[index] ?? 0) ^ flip);
      const result: unknown = await unpack(damaged, options).catch((error: unknown) => error);
      const isHarmless = Buffer.isBuffer(result) && result.equals(original);
      if (!isHarmless && !(result instanceof RecordStreamError))
        bad.push(`byte ${index} with ${flip}: ${result}`);
    }
  }
  return bad;
}
