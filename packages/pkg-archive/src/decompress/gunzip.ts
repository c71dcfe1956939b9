import { createGunzip, type Gunzip } from "node:zlib";
import { DamagedError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

/** Input that is given to the decoder at a time: with more of it more of what came out waits to be collected. */
const FEED_SIZE = 16 * 1024;
/** Memory for what comes out. With more a little time would be saved, but garbage would wait for longer. */
const CHUNK_SIZE = 32 * 1024;
/** What the decoder, which has a thread of its own, may have ready while the last of it is still being used. */
const READY_SIZE = 8 * CHUNK_SIZE;
const OPTIONS = { chunkSize: CHUNK_SIZE, readableHighWaterMark: READY_SIZE };

/** Decompresses gzip by the system's zlib. */
export async function* gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const decoder = createGunzip(OPTIONS);
  let fed = 0;
  const feeding = (async () => {
    for await (const chunk of source.rest(FEED_SIZE)) {
      fed += chunk.length;
      await write(decoder, chunk);
    }
    decoder.end();
  })();
  // Its failure comes out of the loop below; this keeps it from counting as unhandled until then.
  feeding.catch((error: unknown) => decoder.destroy(error as Error));
  try {
    yield* decoder as AsyncIterable<Uint8Array>;
    await feeding;
  } catch (error) {
    throw explain(error);
  } finally {
    decoder.destroy();
  }
  // zlib passes over what follows the last member without a word.
  if (decoder.bytesWritten !== fed)
    throw new DamagedError("gzip: bytes follow the end of the compressed data");
}

/** Resolves when the chunk has been used, so that its memory may be used again. */
function write(decoder: Gunzip, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    decoder.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function explain(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR") return new DamagedError("gzip: the compressed data ends too early", error);
  return code?.startsWith("Z_") === true ? new DamagedError(`gzip: ${message}`, error) : error;
}
