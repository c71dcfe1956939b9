// The build for browsers, which brings along what it needs of Node.
// @ts-expect-error: only the other build has types
import unbzip2 from "unbzip2-stream/dist/unbzip2-stream.min.js";
import type { ByteSource } from "./byte-source.ts";
import { CorruptError, type RecordStreamError, TruncatedError } from "./errors.ts";

/**
 * Decompresses bzip2 with unbzip2-stream, which verifies each block's checksum and each stream's as our own decoder does.
 *
 * @throws CorruptError when the input is damaged or goes on with something else, TruncatedError when it ends too early
 */
export async function* decompressPortable(source: ByteSource): AsyncGenerator<Uint8Array> {
  // It is a stream of the oldest kind: synchronous, without back pressure, so chunks go in one by one.
  const stream = (unbzip2 as () => LegacyStream)();
  const pieces: Uint8Array[] = [];
  let failure: unknown;
  let taken = 0;
  stream.on("data", (piece) => pieces.push(piece));
  stream.on("error", (error) => (failure ??= error));
  for await (const chunk of source.rest()) {
    // It keeps what it is given, and the producer may use the memory again.
    stream.write(new Uint8Array(chunk));
    taken += chunk.length;
    if (failure !== undefined) throw toOwnError(failure, taken);
    yield* pieces.splice(0);
  }
  stream.end();
  yield* pieces.splice(0);
  if (failure !== undefined) throw toOwnError(failure, taken);
}

interface LegacyStream {
  on(event: "data", listener: (piece: Uint8Array) => void): void;
  on(event: "error", listener: (error: unknown) => void): void;
  write(chunk: Uint8Array): void;
  end(): void;
}

function toOwnError(cause: unknown, compressedOffset: number): RecordStreamError {
  const { message } = cause as Error;
  const facts = { format: "bzip2", compressedOffset, cause } as const;
  // Where it runs out of input in the middle of something, what it throws is the TypeError of reading from nothing.
  if (cause instanceof TypeError || message === "input stream ended prematurely")
    return new TruncatedError("the input ends too early", facts);
  return new CorruptError(`unbzip2-stream says "${message}"`, facts);
}
