import { DamagedError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

/** Input that is given to the decoder at a time: a few bytes can become a whole block. */
const FEED_SIZE = 16 * 1024;

/** Decompresses bzip2 by unbzip2-stream, which verifies the checksum of each block and of the whole. */
export async function* bunzip2(source: ByteSource): AsyncGenerator<Uint8Array> {
  const { default: unbzip2 } = await import("unbzip2-stream");
  // It is a stream of the oldest kind: synchronous and without back pressure, so that pieces go in one by one.
  const decoder = unbzip2() as unknown as LegacyStream;
  const pieces: Uint8Array[] = [];
  let failure: unknown;
  decoder.on("data", (piece) => pieces.push(piece));
  decoder.on("error", (error) => (failure ??= error));
  for await (const piece of source.rest(FEED_SIZE)) {
    // It keeps what it is given, and the producer may use the memory again.
    decoder.write(Buffer.from(piece));
    if (failure !== undefined) throw explain(failure);
    yield* pieces.splice(0);
  }
  decoder.end();
  yield* pieces.splice(0);
  if (failure !== undefined) throw explain(failure);
}

interface LegacyStream {
  on(event: "data", listener: (piece: Uint8Array) => void): void;
  on(event: "error", listener: (error: unknown) => void): void;
  write(chunk: Uint8Array): void;
  end(): void;
}

function explain(cause: unknown): DamagedError {
  const { message } = cause as Error;
  // Where it runs out of input in the middle of something, what it throws is the TypeError of reading from nothing.
  if (cause instanceof TypeError || message === "input stream ended prematurely")
    return new DamagedError("bzip2: the compressed data ends too early", cause);
  return new DamagedError(`bzip2: ${message}`, cause);
}
