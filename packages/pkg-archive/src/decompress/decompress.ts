import { bunzip2 } from "./bunzip2.ts";
import type { ByteSource } from "./byte-source.ts";
import { DETECT_BYTES, detectFormat } from "./detect.ts";
import { gunzip } from "./gunzip.ts";
import { unxz } from "./unxz.ts";
import { unzstd } from "./unzstd.ts";

/**
 * Decompresses bytes; the compression is told by the first of them. A chunk that comes out stays valid.
 *
 * @throws DamagedError out of the iteration, unless the whole input was good
 */
export async function* decompress(source: ByteSource): AsyncGenerator<Uint8Array> {
  switch (detectFormat(await source.peek(DETECT_BYTES))) {
    case "gzip":
      return yield* gunzip(source);
    case "bzip2":
      return yield* bunzip2(source);
    case "xz":
      return yield* unxz(source);
    case "zstd":
      return yield* unzstd(source);
    default:
      for await (const chunk of source.rest()) yield Buffer.from(chunk);
  }
}
