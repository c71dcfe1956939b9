import { createGzip, type Gzip } from "node:zlib";
import { drained } from "../drained.ts";

/** What a package or a summary is compressed with. */
export type Compression = "gzip" | "none";

/** Compresses bytes; the same bytes give the same result. */
export function compress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  return compression === "none" ? bytes : gzip(bytes);
}

async function* gzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = createGzip({ level: 9 });
  const feeding = feed(encoder, bytes);
  // Its failure comes out of the loop below.
  feeding.catch((error: unknown) => encoder.destroy(error as Error));
  try {
    yield* encoder as AsyncIterable<Uint8Array>;
    await feeding;
  } finally {
    encoder.destroy();
  }
}

async function feed(encoder: Gzip, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of bytes) {
    // A chunk may be used again as soon as the next one is asked for.
    if (!encoder.write(Buffer.from(chunk))) await drained(encoder);
    if (encoder.destroyed) return;
  }
  encoder.end();
}
