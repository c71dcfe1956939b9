import { createHash } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lutimesSync,
  openSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Contents, FileItem } from "../contents.ts";
import { DigestError, UnsafePathError, writeError } from "../errors.ts";
import type { Incoming, IncomingFile } from "../incoming.ts";
import { native } from "../text.ts";
import { type PrefixGuard } from "./safe-path.ts";
import type { Work } from "./work.ts";

/** A file of a package that waits to be put in place. */
export interface StagedFile {
  readonly item: FileItem;
  /** Where it waits. */
  readonly path: string;
  readonly entry: Omit<IncomingFile, "body">;
  /** In bytes, 0 for a link. */
  readonly size: number;
}

/**
 * Unpacks a package's files, as they come, to where they can be renamed from, and checks each against the packing list.
 *
 * @throws DigestError for a damaged file; UnsafePathError for one that would lie outside the prefix; PkgInstallError where
 *   the system refuses to write
 */
export async function unpack(
  { contents, incoming, guard }: { contents: Contents; incoming: Incoming; guard: PrefixGuard },
  work: Work,
): Promise<ReadonlyMap<string, StagedFile>> {
  const items = contents.items.filter((item) => item.kind === "file");
  const staged = new Map<string, StagedFile>();
  let next = 0;
  for await (const entry of incoming.files) {
    work.signal?.throwIfAborted();
    const item = items[next++];
    if (item?.path !== entry.path)
      throw new DigestError(contents.pkgname, entry.path, item?.path ?? "the end", entry.path);
    const target = `${work.destdir}${contents.prefix}/${entry.path}`;
    guard.check(dirname(target));
    const path = work.transaction.staging.nameFor(target);
    try {
      staged.set(item.path, await stage({ pkgname: contents.pkgname, item, path, entry, staged }));
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall === undefined
        ? error
        : writeError(contents.pkgname, target, error);
    }
  }
  const missing = items[next];
  if (missing !== undefined)
    throw new DigestError(contents.pkgname, missing.path, "the file", "the end of the package");
  return staged;
}

interface Arrival {
  readonly pkgname: string;
  readonly item: FileItem;
  readonly path: string;
  readonly entry: IncomingFile;
  readonly staged: ReadonlyMap<string, StagedFile>;
}

async function stage({ pkgname, item, path, entry, staged }: Arrival): Promise<StagedFile> {
  if (entry.type === "file") {
    const { digest, size } = await writeBody(path, entry);
    if (item.md5 !== undefined) expectSame(pkgname, item, `MD5 ${item.md5}`, `MD5 ${digest}`);
    return { item, path, entry, size };
  }
  const target = entry.target ?? "";
  if (entry.type === "symlink") {
    if (item.target !== undefined) expectSame(pkgname, item, item.target, target);
    symlinkSync(native(target), native(path));
    lutimesSync(native(path), entry.mtime, entry.mtime);
  } else {
    const first = staged.get(target);
    if (first === undefined)
      throw new UnsafePathError(pkgname, target, "a hard link to a file that did not come before");
    if (item.md5 !== undefined && first.item.md5 !== undefined)
      expectSame(pkgname, item, item.md5, first.item.md5);
    linkSync(native(first.path), native(path));
  }
  return { item, path, entry, size: 0 };
}

async function writeBody(path: string, entry: IncomingFile): Promise<{ digest: string; size: number }> {
  const hash = createHash("md5");
  let size = 0;
  const fd = openSync(native(path), "wx", 0o600);
  try {
    for await (const chunk of entry.body) {
      hash.update(chunk);
      for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done);
      size += chunk.length;
    }
    fchmodSync(fd, entry.mode & 0o777);
    futimesSync(fd, entry.mtime, entry.mtime);
  } finally {
    closeSync(fd);
  }
  return { digest: hash.digest("hex"), size };
}

function expectSame(pkgname: string, item: FileItem, expected: string, found: string): void {
  if (expected !== found) throw new DigestError(pkgname, item.path, expected, found);
}
