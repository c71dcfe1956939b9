import { MalformedError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { gunzip } from "./gunzip.ts";

/** A tar header has its mark at this place, and is one block long. */
const TAR_MARK = { offset: 257, text: "ustar", block: 512 } as const;

/**
 * Decompresses the archive of a package; the compression is told by the first bytes.
 *
 * @throws MalformedError for what is no archive that a package can be
 */
export async function decompress(source: ByteSource): Promise<AsyncGenerator<Uint8Array>> {
  const first = Buffer.from(await source.peek(TAR_MARK.block));
  if (first[0] === 0x1f && first[1] === 0x8b) return gunzip(source);
  const mark = first.toString("latin1", TAR_MARK.offset, TAR_MARK.offset + TAR_MARK.text.length);
  if (mark === TAR_MARK.text) return source.rest();
  throw new MalformedError(
    "this is no package: a tar archive, compressed with gzip or not at all, was expected",
  );
}
