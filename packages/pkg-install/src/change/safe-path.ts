import { lstatSync, realpathSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { decodeText, type PackingItem } from "pkg-archive";
import { isSystemError, UnsafePathError } from "../errors.ts";
import { native } from "../text.ts";

/**
 * Refuses paths of a packing list that are not plainly below the prefix, and such as cannot be there together.
 *
 * A file below another entry of the same package could only get there through a link that the package itself makes.
 *
 * @throws UnsafePathError
 */
export function refuseUnsafePaths(pkgname: string, items: readonly PackingItem[]): void {
  const files = new Set<string>();
  for (const item of items) {
    if (item.kind !== "file" && item.kind !== "directory") continue;
    refuseUnsafePath(pkgname, item.path);
    if (item.kind !== "file") continue;
    if (files.has(item.path))
      throw new UnsafePathError(pkgname, item.path, "it is in the packing list twice");
    files.add(item.path);
  }
  const good = new Set(["."]);
  for (const path of files) refuseBelowFile(pkgname, dirname(path), { files, good });
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
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f]/.test(path)) throw new UnsafePathError(pkgname, path, "it has control characters");
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
      "it is a file or link of the package, and another file would lie below it",
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

/** Refuses directories that lead out of a prefix by way of symbolic links. */
export class PrefixGuard {
  readonly #pkgname: string;
  readonly #prefix: string;
  readonly #forbidden: string;
  readonly #good = new Set<string>();

  /**
   * @param prefix the real path of a directory that is there
   * @param forbidden the real path of a directory below it that no file may be put into
   */
  constructor(pkgname: string, prefix: string, forbidden: string) {
    this.#pkgname = pkgname;
    this.#prefix = realPath(prefix);
    this.#forbidden = realPath(forbidden);
  }

  /**
   * Checks a directory, or the nearest one above it that is there.
   *
   * @returns false where it has been checked before
   * @throws UnsafePathError where it is not in the prefix
   */
  check(directory: string): boolean {
    if (this.#good.has(directory)) return false;
    const real = this.#whereTo(directory);
    if (!isWithin(real, this.#prefix)) {
      throw new UnsafePathError(this.#pkgname, directory, `it leads out of the prefix, to ${real}`);
    }
    if (isWithin(real, this.#forbidden)) {
      throw new UnsafePathError(this.#pkgname, directory, "it is in the package database");
    }
    this.#good.add(directory);
    return true;
  }

  #whereTo(directory: string): string {
    const nearest = nearestExisting(directory);
    try {
      return realPath(nearest);
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "ELOOP", "ENOTDIR")) throw error;
      throw new UnsafePathError(this.#pkgname, directory, `${nearest} is a link that leads nowhere`);
    }
  }

  /** To be called when something else may have made symbolic links, which change where directories lead. */
  forget(): void {
    this.#good.clear();
  }
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}

function realPath(path: string): string {
  return decodeText(realpathSync.native(native(path), "buffer"));
}

/** A dangling link counts as there, so that nothing is made through it. */
function nearestExisting(directory: string): string {
  const found = lstatSync(native(directory), { throwIfNoEntry: false });
  return found === undefined ? nearestExisting(dirname(directory)) : directory;
}
