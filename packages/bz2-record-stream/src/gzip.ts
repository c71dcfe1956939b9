import { createGunzip } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import { CorruptError, TruncatedError } from "./errors.ts";
import { FEED_SIZE, feedGunzip, trailingGarbage } from "./feed-gunzip.ts";
import { freeMemory } from "./free-memory.ts";

/** Text comes in large pieces, since each takes a turn from our thread to zlib's and back, which is slower than zlib. */
const PIECE_SIZE = 256 * 1024;
/** Pieces that zlib may have ready while the last one is still being used. */
const READY_PIECES = 1;
const OPTIONS = { chunkSize: PIECE_SIZE, readableObjectMode: true, readableHighWaterMark: READY_PIECES };

/**
 * Decompresses gzip, one member after the other, by the system's zlib. A chunk is gone when the next one is asked for.
 *
 * @throws CorruptError, TruncatedError or TrailingGarbageError
 */
export async function* decompressGzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const [first, second] = await source.peek(2);
  const beginsWell = first === 0x1f && second === 0x8b;
  const gunzip = createGunzip(OPTIONS);
  const feeding = feedGunzip(gunzip, source);
  // Its failure comes out of the loop below; this keeps it from counting as unhandled until then.
  feeding.catch((error: unknown) => gunzip.destroy(error as Error));
  let fed: number;
  try {
    for await (const text of gunzip as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      yield text;
      freePiece(text);
    }
    fed = await feeding;
  } catch (error) {
    throw toDecompressError(error, { beginsWell, used: gunzip.bytesWritten });
  } finally {
    gunzip.destroy();
  }
  // zlib passes over what follows the last member without a word.
  if (gunzip.bytesWritten !== fed) throw trailingGarbage();
}

/** The collector takes its time with memory that is not its own, so a piece that has been used up to its end is freed here. */
function freePiece({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): void {
  // zlib still writes to a piece that is not full.
  if (buffer.byteLength === PIECE_SIZE && byteOffset + length === PIECE_SIZE) freeMemory(buffer);
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
