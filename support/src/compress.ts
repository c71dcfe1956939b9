import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { bzip2Compress } from "./bzip2.ts";
import { type ByteSource, filter } from "./filter.ts";
import { machineTool } from "./machine-tool.ts";

/** How bytes can be compressed. */
export type Compression = "gzip" | "bzip2" | "xz" | "zstd" | "none";

/** What names of files end in. */
export const COMPRESSION_SUFFIX: Readonly<Record<Compression, string>> = {
  gzip: ".gz",
  bzip2: ".bz2",
  xz: ".xz",
  zstd: ".zst",
  none: "",
};

/**
 * Compresses bytes as they come; xz and zstd need the program of that name.
 *
 * @throws Error when the program is missing or fails
 */
export async function* compress(
  bytes: ByteSource,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, void> {
  if (compression === "none") yield* bytes;
  else if (compression === "gzip")
    yield* Readable.from(bytes).compose(createGzip()) as AsyncIterable<Uint8Array>;
  else if (compression === "bzip2") yield await bzip2Compress(bytes);
  else {
    const tool = machineTool(compression);
    if (tool === undefined) throw new Error(`${compression} is not on this machine: install it`);
    yield* filter(tool, ["-c"], bytes);
  }
}
