import { MalformedError } from "../errors.ts";
import { ByteSource } from "../byte-source.ts";
import { decompress } from "../decompress.ts";
import { TarEntries } from "./tar-entries.ts";

/** A tar header is one block, and has its mark at this place. */
const TAR_MARK = { offset: 257, text: "ustar", block: 512 } as const;

/**
 * Opens the archive inside a package, which may be compressed.
 *
 * @throws MalformedError for what is no archive
 */
export async function openArchive(source: ByteSource): Promise<TarEntries> {
  const bytes = new ByteSource(decompress(source.rest()));
  const first = Buffer.from(await bytes.peek(TAR_MARK.block));
  const mark = first.toString("latin1", TAR_MARK.offset, TAR_MARK.offset + TAR_MARK.text.length);
  if (mark === TAR_MARK.text) return new TarEntries(bytes);
  await bytes.close();
  const found = first.length === 0 ? "nothing at all" : "something else";
  throw new MalformedError(
    `this is no package: a tar archive, plain or compressed with gzip, bzip2, xz or zstd, or signed, was expected, found ${found}`,
  );
}
