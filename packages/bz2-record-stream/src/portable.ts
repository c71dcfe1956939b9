import { ByteSource } from "./byte-source.ts";
import { decompressPortable as decompressSource } from "./decompress-portable.ts";
import { type Limits, limitOutput } from "./limit-output.ts";

export { CorruptError, LimitError, RecordStreamError, TruncatedError } from "./errors.ts";
export type { Limits } from "./limit-output.ts";

/**
 * Decompresses bzip2 where there is no Node, such as in a browser, with unbzip2-stream.
 *
 * A chunk is valid until the next one is asked for. The stream ends only when the whole input was good.
 *
 * @param bytes such as the body of a response, which is an async iterable
 * @throws CorruptError, TruncatedError, LimitError, or TypeError for chunks that are not bytes, out of the iteration
 */
export async function* decompressPortable(
  bytes: AsyncIterable<Uint8Array>,
  limits: Limits = {},
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(bytes);
  try {
    yield* limitOutput(decompressSource(source), { format: "bzip2", source }, limits);
  } finally {
    await source.close();
  }
}
