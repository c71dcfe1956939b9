import { createGunzip, type Gunzip } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import { CorruptError, TrailingGarbageError, TruncatedError } from "./errors.ts";

/** Input that is given to the decoder at a time: with more of it more of the text waits to be collected. */
const FEED_SIZE = 32 * 1024;
/** Larger pieces of text than zlib's default of 16 KiB: a quarter of the turns between its thread and ours. */
const PIECE_SIZE = 64 * 1024;
/** What zlib, which has a thread of its own, may have ready while the last of it is still being used. */
const READY_SIZE = 4 * PIECE_SIZE;
const OPTIONS = { chunkSize: PIECE_SIZE, readableHighWaterMark: READY_SIZE };

/**
 * Decompresses gzip, one member after the other, by the system's zlib.
 *
 * @throws CorruptError, TruncatedError or TrailingGarbageError
 */
export async function* decompressGzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const [first, second] = await source.peek(2);
  const beginsWell = first === 0x1f && second === 0x8b;
  const gunzip = createGunzip(OPTIONS);
  const feeding = feed(gunzip, source);
  // Its failure comes out of the loop below; this keeps it from counting as unhandled until then.
  feeding.catch((error: unknown) => gunzip.destroy(error as Error));
  let fed: number;
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
    fed = await feeding;
  } catch (error) {
    throw toDecompressError(error, { beginsWell, used: gunzip.bytesWritten });
  } finally {
    gunzip.destroy();
  }
  // zlib passes over what follows the last member without a word.
  if (gunzip.bytesWritten !== fed) throw trailingGarbage();
}

/** @returns how many bytes there were */
async function feed(gunzip: Gunzip, source: ByteSource): Promise<number> {
  let fed = 0;
  for await (const chunk of source.rest()) {
    for (let start = 0; start < chunk.length; start += FEED_SIZE)
      await write(gunzip, chunk.subarray(start, start + FEED_SIZE));
    fed += chunk.length;
  }
  gunzip.end();
  return fed;
}

/** Resolves when the chunk has been used, so that its memory may be used again. */
function write(gunzip: Gunzip, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    gunzip.write(chunk, (error: NodeJS.ErrnoException | null | undefined) => {
      if (!error) resolve();
      // The text has ended, and with it the decoder.
      else reject(error.code === "ERR_STREAM_DESTROYED" ? trailingGarbage(error) : error);
    });
  });
}

/** How far the decoder had come. */
interface Progress {
  /** The first member's header was good. */
  readonly beginsWell: boolean;
  /** Compressed bytes before those in which it stopped; zlib does not tell where in them. */
  readonly used: number;
}

function toDecompressError(error: unknown, { beginsWell, used }: Progress): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const facts = { format: "gzip", compressedOffset: used, cause: error } as const;
  if (code === "Z_BUF_ERROR") return new TruncatedError("the input ends too early", facts);
  if (code !== "Z_DATA_ERROR") return error;
  // Where the first header was good, it is what follows a member that has none.
  if (beginsWell && message === "incorrect header check") return trailingGarbage(error);
  return new CorruptError(`${message} in the ${FEED_SIZE / 1024} KiB that begin`, facts);
}

function trailingGarbage(cause?: unknown): TrailingGarbageError {
  return new TrailingGarbageError("bytes after the end that are no other member", { format: "gzip", cause });
}
