import { type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { PackingItem } from "pkg-archive";
import { UnsafePathError } from "../errors.ts";
import { native } from "../text.ts";

/**
 * Refuses paths of a packing list that are not plainly below the prefix, and such as cannot be there together.
 *
 * Something below a file of the same package could only get there through a link that the package itself makes.
 *
 * @throws UnsafePathError
 */
export function refuseUnsafePaths(pkgname: string, items: readonly PackingItem[]): void {
  const files = new Set<string>();
  const directories = new Set<string>();
  const shared = new Set<string>();
  for (const item of items) {
    if (item.kind !== "file" && item.kind !== "directory") continue;
    refuseUnsafePath(pkgname, item.path);
    if (item.kind !== "file") (item.isShared ? shared : directories).add(item.path);
    else if (!files.has(item.path)) files.add(item.path);
    else throw new UnsafePathError(pkgname, item.path, "it is in the packing list twice");
  }
  const good = new Set(["."]);
  for (const path of files) refuseBelowFile(pkgname, dirname(path), { files, good });
  for (const path of directories) refuseBelowFile(pkgname, dirname(path), { files, good });
  // One that is shared must not be a file itself either: it would have two kinds of owner.
  for (const path of shared) refuseBelowFile(pkgname, path, { files, good });
}

/**
 * Refuses a path of a packing list that is not plainly below the prefix.
 *
 * @throws UnsafePathError for an absolute one, one with `..`, `.` or nothing between its slashes, or with control characters
 */
export function refuseUnsafePath(pkgname: string, path: string): void {
  if (path.startsWith("/"))
    throw new UnsafePathError(pkgname, path, "a path relative to the prefix was expected");
  for (const part of path.split("/")) {
    if (part === ".." || part === "." || part === "") {
      throw new UnsafePathError(pkgname, path, `it has a part ${JSON.stringify(part)}`);
    }
  }
  if (hasControl(path)) throw new UnsafePathError(pkgname, path, "it has control characters");
}

/** Whether a text has control characters, which would do something to a terminal. */
export function hasControl(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\0-\x1f\x7f]/.test(text);
}

function refuseBelowFile(
  pkgname: string,
  directory: string,
  { files, good }: { files: ReadonlySet<string>; good: Set<string> },
): void {
  if (good.has(directory)) return;
  if (files.has(directory)) {
    throw new UnsafePathError(
      pkgname,
      directory,
      "it is a file or link of the package, and something else of it would lie there or below",
    );
  }
  refuseBelowFile(pkgname, dirname(directory), { files, good });
  good.add(directory);
}

/**
 * Refuses names that differ in case only, for a file system on which they would be one.
 *
 * @throws UnsafePathError
 */
export function refuseCaseCollisions(pkgname: string, paths: Iterable<string>): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const folded = path.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined)
      throw new UnsafePathError(pkgname, path, `it would be the same file as ${other} here`);
    seen.set(folded, path);
  }
}

/** Whether upper and lower case are the same in names beside this one, as far as its own letters can tell. */
export function isCaseBlind(path: string): boolean {
  const name = basename(path);
  const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
  if (other === name) return false;
  const found = statSync(native(join(dirname(path), other)), { throwIfNoEntry: false });
  return found !== undefined && found.ino === statSync(native(path)).ino;
}

/**
 * Makes sure that a file can be put somewhere.
 *
 * @param found what is there
 * @throws UnsafePathError where a directory is in its place
 */
export function expectFile(pkgname: string, path: string, found: Stats | undefined): void {
  if (found?.isDirectory() !== true) return;
  throw new UnsafePathError(pkgname, path, "a directory is where the file would go; move it away first");
}
