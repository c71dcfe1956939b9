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
import type { PackageFile, PackageReader, PackingFile } from "pkg-archive";
import { UnsafePathError, writeError } from "../errors.ts";
import { native } from "../text.ts";
import { expectRoom } from "./expect-room.ts";
import type { PrefixGuard } from "./prefix-guard.ts";
import type { Work } from "./work.ts";

/** A file of a package that waits to be put in place. */
export interface StagedFile {
  /** Where it waits. */
  readonly path: string;
  /** What the archive says of it. */
  readonly entry: Pick<PackageFile, "type" | "mode" | "uid" | "gid" | "user" | "group">;
}

/** A package's files that wait to be put in place, by their paths relative to the prefix. */
export interface Staged {
  readonly files: ReadonlyMap<string, StagedFile>;
  /** Their size. */
  readonly bytes: number;
}

/**
 * Unpacks a package's files, as they come, to where they can be renamed from; `pkg-archive` checks each against the packing
 * list.
 *
 * @throws UnsafePathError for a file that would lie outside the prefix; PkgInstallError where the system refuses to write;
 *   what `pkg-archive` throws for a package that is not as it must be
 */
export async function unpack(
  { packingList: { pkgname, prefix }, files }: PackageReader,
  guard: PrefixGuard,
  work: Work,
): Promise<Staged> {
  const staged = new Map<string, StagedFile>();
  let bytes = 0;
  for await (const entry of files) {
    work.signal?.throwIfAborted();
    const target = `${work.destdir}${prefix}/${entry.path}`;
    guard.checkFile(target);
    const path = work.transaction.staging.nameFor(target);
    try {
      expectRoom(pkgname, path, entry.size);
      await stage({ pkgname, path, entry, staged });
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall === undefined
        ? error
        : writeError(pkgname, target, error);
    }
    const { type, mode, uid, gid, user, group } = entry;
    staged.set(entry.path, { path, entry: { type, mode, uid, gid, user, group } });
    bytes += entry.size;
  }
  return { files: staged, bytes };
}

interface Arrival {
  readonly pkgname: string;
  readonly path: string;
  readonly entry: PackageFile;
  readonly staged: ReadonlyMap<PackingFile["path"], StagedFile>;
}

async function stage({ pkgname, path, entry, staged }: Arrival): Promise<void> {
  if (entry.type === "file") return await writeBody(path, entry);
  const target = entry.target ?? "";
  if (entry.type === "symlink") {
    symlinkSync(native(target), native(path));
    lutimesSync(native(path), entry.mtime, entry.mtime);
    return;
  }
  const first = staged.get(target);
  if (first === undefined)
    throw new UnsafePathError(pkgname, target, "a hard link to a file that did not come before");
  linkSync(native(first.path), native(path));
}

async function writeBody(path: string, entry: PackageFile): Promise<void> {
  const fd = openSync(path, "wx", 0o600);
  try {
    for await (const chunk of entry.body) {
      for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done);
    }
    fchmodSync(fd, entry.mode & 0o777);
    futimesSync(fd, entry.mtime, entry.mtime);
  } finally {
    closeSync(fd);
  }
}
