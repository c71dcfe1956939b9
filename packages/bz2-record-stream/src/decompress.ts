import { ByteSource } from "./byte-source.ts";
import { DETECT_BYTES, detectFormat, type Format } from "./detect.ts";
import { type Limits, limitOutput } from "./limit-output.ts";

/** How a stream is decompressed. */
export interface DecompressOptions extends Limits {
  /**
   * The decoder of bzip2: our own, or `portable`, which is unbzip2-stream. The portable one is slower, takes more memory,
   * and calls bytes after the end corrupt. Default: our own.
   */
  readonly decoder?: "native" | "portable";
  /**
   * Whether a chunk's memory is used again, or freed, when the next one is asked for: faster, with flat memory. Only for who
   * has done with a chunk by then, which `records` has, while `pipeline` and `Readable.from` have not. Default: false.
   */
  readonly reuseMemory?: boolean;
}

/** Those whose decoders make new memory for each chunk anyway. */
const NEW_MEMORY: ReadonlySet<Format> = new Set(["xz"]);

/**
 * Decompresses a stream of bytes; bzip2, gzip, xz, zstd and plain text are told apart by their first bytes.
 *
 * A chunk stays valid, unless `reuseMemory` is set. The stream ends only when the whole input was good: every checksum held,
 * nothing was missing, nothing followed. An empty input is plain and gives nothing.
 *
 * @throws RecordStreamError, or TypeError for chunks that are not bytes, out of the iteration
 */
export async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  options: DecompressOptions = {},
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(bytes);
  try {
    const format = detectFormat(await source.peek(DETECT_BYTES));
    const output = await open(format, source, options.decoder ?? "native");
    const { reuseMemory = false } = options;
    const chunks = reuseMemory || NEW_MEMORY.has(format) ? output : copies(output);
    yield* limitOutput(chunks, { format, source }, options);
  } finally {
    await source.close();
  }
}

/** Loads a decoder when it is needed, so that the others take neither time nor memory. */
async function open(
  format: Format,
  source: ByteSource,
  decoder: "native" | "portable",
): Promise<AsyncIterable<Uint8Array>> {
  switch (format) {
    case "bzip2":
      if (decoder === "portable")
        return (await import("./decompress-portable.ts")).decompressPortable(source);
      return (await import("./bzip2/decompress-bzip2.ts")).decompressBzip2(source);
    case "gzip":
      return (await import("./gzip.ts")).decompressGzip(source);
    case "xz":
      return (await import("./xz.ts")).decompressXz(source);
    case "zstd":
      return (await import("./zstd/decompress-zstd.ts")).decompressZstd(source);
    case "plain":
      return source.rest();
  }
}

async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}
