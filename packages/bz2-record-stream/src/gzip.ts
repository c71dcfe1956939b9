import { createGunzip, type Gunzip } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import { CorruptError, TrailingGarbageError, TruncatedError } from "./errors.ts";

/** Larger pieces of text than zlib's default of 16 KiB: a quarter of the turns between its thread and ours. */
const PIECE_SIZE = 64 * 1024;

/**
 * Decompresses gzip, one member after the other, by the system's zlib.
 *
 * @throws CorruptError, TruncatedError or TrailingGarbageError
 */
export async function* decompressGzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const [first, second] = await source.peek(2);
  const beginsWell = first === 0x1f && second === 0x8b;
  const gunzip = createGunzip({ chunkSize: PIECE_SIZE });
  let fed = 0;
  const feeding = (async () => {
    for await (const chunk of source.rest()) {
      fed += chunk.length;
      await write(gunzip, chunk);
    }
    gunzip.end();
  })();
  // Its failure comes out of the loop below; this keeps it from counting as unhandled until then.
  feeding.catch((error: unknown) => gunzip.destroy(error as Error));
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
    await feeding;
  } catch (error) {
    throw toDecompressError(error, beginsWell);
  } finally {
    gunzip.destroy();
  }
  // zlib passes over what follows the last member without a word.
  if (gunzip.bytesWritten !== fed) throw trailingGarbage();
}

/** Resolves when the chunk has been used, so that its memory may be used again. */
function write(gunzip: Gunzip, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    gunzip.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

/** zlib does not tell where in a chunk it stopped, so these errors have no place. */
function toDecompressError(error: unknown, beginsWell: boolean): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const facts = { format: "gzip", cause: error } as const;
  if (code === "Z_BUF_ERROR") return new TruncatedError("the input ends too early", facts);
  if (code !== "Z_DATA_ERROR") return error;
  // Where the first header was good, it is what follows a member that has none.
  if (beginsWell && message === "incorrect header check") return trailingGarbage(error);
  return new CorruptError(message, facts);
}

function trailingGarbage(cause?: unknown): TrailingGarbageError {
  return new TrailingGarbageError("bytes after the end that are no other member", { format: "gzip", cause });
}
