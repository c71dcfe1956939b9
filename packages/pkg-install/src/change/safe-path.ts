import { existsSync, lstatSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { UnsafePathError } from "../errors.ts";
import { decodeText, native } from "../text.ts";

/**
 * Refuses a path of a packing list that is not plainly below the prefix.
 *
 * @throws UnsafePathError for an absolute one, and one with `..`, `.` or nothing between its slashes
 */
export function refuseUnsafePath(pkgname: string, path: string): void {
  if (path.startsWith("/"))
    throw new UnsafePathError(pkgname, path, "a path relative to the prefix was expected");
  for (const part of path.split("/")) {
    if (part === ".." || part === "." || part === "") {
      throw new UnsafePathError(pkgname, path, `it has a part ${JSON.stringify(part)}`);
    }
  }
  if (path.includes("\0")) throw new UnsafePathError(pkgname, path, "it has a NUL");
}

/**
 * Makes sure that a file can be put somewhere.
 *
 * @throws UnsafePathError where a directory is in its place
 */
export function expectFile(pkgname: string, path: string): void {
  if (lstatSync(native(path), { throwIfNoEntry: false })?.isDirectory() !== true) return;
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
   * @throws UnsafePathError where it is not in the prefix
   */
  check(directory: string): void {
    if (this.#good.has(directory)) return;
    const real = realPath(nearestExisting(directory));
    if (!isWithin(real, this.#prefix)) {
      throw new UnsafePathError(this.#pkgname, directory, `it leads out of the prefix, to ${real}`);
    }
    if (isWithin(real, this.#forbidden)) {
      throw new UnsafePathError(this.#pkgname, directory, "it is in the package database");
    }
    this.#good.add(directory);
  }

  /** To be called when a symbolic link has been made, which may change where directories lead. */
  forget(): void {
    this.#good.clear();
  }
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}

function realPath(path: string): string {
  return decodeText(realpathSync(native(path), "buffer"));
}

function nearestExisting(directory: string): string {
  return existsSync(native(directory)) ? directory : nearestExisting(dirname(directory));
}
