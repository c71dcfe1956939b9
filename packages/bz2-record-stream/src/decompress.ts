import { ByteSource } from "./byte-source.ts";
import { decompressBzip2 } from "./bzip2/decompress-bzip2.ts";
import { DETECT_BYTES, detectFormat, type Format } from "./detect.ts";
import { LimitError, UnsupportedFormatError } from "./errors.ts";
import { decompressGzip } from "./gzip.ts";
import { decompressPortable } from "./portable.ts";

/** How a stream is decompressed. */
export interface DecompressOptions {
  /**
   * The decoder of bzip2: our own, or `portable`, which is unbzip2-stream. The portable one is slower, takes more memory,
   * and calls bytes after the end corrupt. Default: our own.
   */
  readonly decoder?: "native" | "portable";
  /** The most bytes that may come out, against archives that are made to fill memory or disk. Default: no limit. */
  readonly maxOutput?: number;
}

/**
 * Decompresses a stream of bytes; bzip2, gzip and plain text are told apart by their first bytes.
 *
 * A chunk is valid until the next one is asked for. The stream ends only when the whole input was good: every checksum
 * held, nothing was missing, nothing followed. An empty input is plain and gives nothing.
 *
 * @throws RecordStreamError out of the iteration
 */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  options: DecompressOptions = {},
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(bytes);
  try {
    const format = detectFormat(await source.peek(DETECT_BYTES));
    const output = open(format, source, options);
    yield* options.maxOutput === undefined ? output : limited(output, format, options.maxOutput);
  } finally {
    await source.close();
  }
}

function open(format: Format, source: ByteSource, options: DecompressOptions): AsyncIterable<Uint8Array> {
  switch (format) {
    case "bzip2":
      return options.decoder === "portable" ? decompressPortable(source) : decompressBzip2(source);
    case "gzip":
      return decompressGzip(source);
    case "plain":
      return source.rest();
    default:
      throw new UnsupportedFormatError(
        "this compression is not supported; bzip2, gzip or plain text was expected",
        { format },
      );
  }
}

async function* limited(
  output: AsyncIterable<Uint8Array>,
  format: Format,
  most: number,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of output) {
    total += chunk.length;
    if (total > most)
      throw new LimitError(`at most ${most} bytes were allowed to come out, found more`, { format });
    yield chunk;
  }
}
