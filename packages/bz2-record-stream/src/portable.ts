import unbzip2 from "unbzip2-stream";
import type { ByteSource } from "./byte-source.ts";
import { DecompressError } from "./decompress-error.ts";

/**
 * Decompresses bzip2 with unbzip2-stream, which runs wherever JavaScript does.
 *
 * @throws DecompressError when the input is damaged or ends too early
 */
export async function* decompressPortable(source: ByteSource): AsyncGenerator<Uint8Array> {
  // It is a stream of the oldest kind: synchronous, without back pressure, so chunks go in one by one.
  const stream = unbzip2() as unknown as LegacyStream;
  const pieces: Uint8Array[] = [];
  let failure: unknown;
  let ended = false;
  stream.on("data", (piece) => pieces.push(piece));
  stream.on("error", (error) => (failure ??= error));
  stream.on("end", () => (ended = true));
  let taken = 0;
  for await (const chunk of source.rest()) {
    stream.write(Buffer.from(chunk));
    taken += chunk.length;
    if (failure !== undefined) throw toDecompressError(failure, taken);
    yield* pieces.splice(0);
  }
  stream.end();
  yield* pieces.splice(0);
  if (failure !== undefined || !ended) throw toDecompressError(failure, taken);
}

interface LegacyStream {
  on(event: "data", listener: (piece: Uint8Array) => void): void;
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "end", listener: () => void): void;
  write(chunk: Uint8Array): void;
  end(): void;
}

function toDecompressError(cause: unknown, compressedOffset: number): DecompressError {
  const problem = cause instanceof Error ? cause.message : String(cause ?? "the input ends too early");
  return new DecompressError("ERR_BZ2_CORRUPT", problem, { format: "bzip2", compressedOffset, cause });
}
