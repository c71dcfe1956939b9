import type { Header } from "tar-stream";
import { DigestError, MalformedError } from "../errors.ts";
import { expectRecord } from "../packing-list/expect-record.ts";
import type { PackingFile, PackingList } from "../packing-list/packing-list.ts";
import { CheckedBody } from "./checked-body.ts";
import { EarlierFiles } from "./earlier-files.ts";
import type { PackageFile } from "./package-file.ts";
import type { TarEntries } from "./tar-entries.ts";

/** The kinds of entries that a package may have. */
const TYPES: ReadonlyMap<string, PackageFile["type"]> = new Map([
  ["file", "file"],
  ["contiguous-file", "file"],
  ["symlink", "symlink"],
  ["link", "link"],
]);

const NO_BYTES: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };

/**
 * Goes through the files of a package, which must be those of its packing list, in that order.
 *
 * @param first that of the first entry after the metadata
 * @throws MalformedError for a file more, less or out of order; DigestError for one that is not as the list says
 */
export async function* packageFiles(
  entries: TarEntries,
  { files, pkgname }: PackingList,
  first: Header | undefined,
): AsyncGenerator<PackageFile> {
  let header = first;
  const earlier = new EarlierFiles(files);
  for (const [place, listed] of files.entries()) {
    if (header?.name !== listed.path) {
      const found = header === undefined ? "the end of the package" : JSON.stringify(header.name);
      throw new MalformedError(`${pkgname}: ${listed.path} was expected, found ${found}`);
    }
    const file = describe(header, listed, entries);
    if (file.type === "link") checkLink(file, listed, earlier.find(file.target ?? ""));
    else if (file.type === "file") earlier.add(place);
    yield file;
    header = await entries.next();
  }
  if (header !== undefined)
    throw new MalformedError(
      `${pkgname}: the end was expected, found ${JSON.stringify(header.name)}, which is not in +CONTENTS`,
    );
}

function describe(header: Header, listed: PackingFile, entries: TarEntries): PackageFile {
  const type = TYPES.get(header.type ?? "");
  if (type === undefined)
    throw new MalformedError(
      `${listed.path} is a ${header.type ?? "thing of an unknown kind"}; a file or a link was expected`,
    );
  const target = type === "file" ? undefined : (header.linkname ?? "");
  expectRecord(listed, { type, target });
  return {
    path: listed.path,
    type,
    mode: (header.mode ?? 0o644) & 0o7777,
    // A header that has no number there has NaN.
    uid: header.uid || 0,
    gid: header.gid || 0,
    user: header.uname || undefined,
    group: header.gname || undefined,
    mtime: secondsOf(header),
    target,
    size: type === "file" ? (header.size ?? 0) : 0,
    body: type === "file" ? new CheckedBody(entries, listed, header.size ?? 0) : NO_BYTES,
  };
}

/** The time in an extended header goes before the other, which has no room for every time; what is no time is 0. */
function secondsOf({ mtime, pax }: Header): number {
  const { mtime: extended } = (pax ?? {}) as Partial<Record<string, string>>;
  const time = extended === undefined ? mtime : new Date(Number(extended) * 1000);
  return (time?.getTime() || 0) / 1000;
}

/** A hard link is another name of a file that came before. */
function checkLink({ path, target }: PackageFile, listed: PackingFile, file: PackingFile | undefined): void {
  if (file === undefined)
    throw new MalformedError(
      `${path} is a hard link to ${JSON.stringify(target)}, which is no earlier file of the package`,
    );
  if (listed.md5 !== undefined && file.md5 !== undefined && listed.md5 !== file.md5)
    throw new DigestError(path, `MD5 ${listed.md5}`, `MD5 ${file.md5}`);
}
