import * as stream from "bz2-record-stream";
import { DamagedError, LimitError, MalformedError, type PackageError } from "./errors.ts";

/** Files that compress very well are not refused: a package's headers tell how large they are before they come. */
const OPTIONS = { maxRatio: Infinity, reuseMemory: true } as const;

/**
 * Decompresses bytes; the compression is told by the first of them. A chunk is valid
 * until the next one is asked for.
 *
 * @throws out of the iteration, unless the whole input was good: DamagedError; MalformedError for what no decoder is there for;
 *   LimitError for a window that is too large; what the source throws, as it is
 */
export async function* decompress(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  const source = noting(bytes, (error) => (failure = error));
  try {
    yield* stream.decompress(source, OPTIONS);
  } catch (error) {
    // The source may be a decompressor itself.
    throw error !== failure && error instanceof stream.RecordStreamError ? toPackageError(error) : error;
  }
}

async function* noting(
  bytes: AsyncIterable<Uint8Array>,
  note: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    note(error);
    throw error;
  }
}

function toPackageError(cause: stream.RecordStreamError): PackageError {
  if (cause instanceof stream.LimitError) return new LimitError(cause.message, cause);
  if (cause instanceof stream.UnsupportedFormatError) return new MalformedError(cause.message, cause);
  return new DamagedError(cause.message, cause);
}
