import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { decodeText } from "pkg-archive";
import { isSystemError, UnsafePathError } from "../errors.ts";
import { native } from "../text.ts";
import { isThere } from "../status-of.ts";

/** What is known of a directory. */
interface Checked {
  /** Where it leads. */
  readonly real: string;
  /** Whether the package database is in it, as far as names tell. */
  readonly hasDatabase: boolean;
}

/** Refuses paths that lead out of a prefix by way of symbolic links, or into the package database. */
export class PrefixGuard {
  readonly #pkgname: string;
  readonly #prefix: string;
  readonly #pkgdb: string;
  /** Directories that have been checked. */
  readonly #checked = new Map<string, Checked>();

  /**
   * @param prefix the real path of a directory that is there
   * @param pkgdb the real path of the package database, which may be below it
   */
  constructor(pkgname: string, prefix: string, pkgdb: string) {
    this.#pkgname = pkgname;
    this.#prefix = realPath(prefix);
    this.#pkgdb = realPath(pkgdb);
  }

  /**
   * Checks a place for a file.
   *
   * @returns false where its directory has been checked before
   * @throws UnsafePathError where it is not in the prefix, or in the package database
   */
  checkFile(path: string): boolean {
    const directory = dirname(path);
    const isNew = this.checkDirectory(directory);
    const checked = this.#checked.get(directory);
    if (checked?.hasDatabase === true) this.#refuseDatabase(path, join(checked.real, basename(path)));
    return isNew;
  }

  /**
   * Checks a directory, or the nearest one above it that is there.
   *
   * @returns false where it has been checked before
   * @throws UnsafePathError where it is not in the prefix, or in the package database
   */
  checkDirectory(directory: string): boolean {
    if (this.#checked.has(directory)) return false;
    const real = this.#whereTo(directory);
    if (!isWithin(real, this.#prefix)) {
      throw new UnsafePathError(this.#pkgname, directory, `it leads out of the prefix, to ${real}`);
    }
    this.#refuseDatabase(directory, real);
    const hasDatabase = real.toLowerCase() === dirname(this.#pkgdb).toLowerCase();
    this.#checked.set(directory, { real, hasDatabase });
    return true;
  }

  /** To be called when something else may have made symbolic links, which change where directories lead. */
  forget(): void {
    this.#checked.clear();
  }

  /** What belongs to the database is within it, or has its name with a suffix, such as the journal. Case may not matter. */
  #refuseDatabase(path: string, real: string): void {
    const rest = real.toLowerCase().startsWith(this.#pkgdb.toLowerCase())
      ? real.charAt(this.#pkgdb.length)
      : "no";
    if (rest !== "" && rest !== "/" && rest !== ".") return;
    throw new UnsafePathError(this.#pkgname, path, "it is in the package database");
  }

  #whereTo(directory: string): string {
    const missing: string[] = [];
    let nearest = directory;
    // A dangling link counts as there, so that nothing is made through it.
    for (; !isThere(nearest); nearest = dirname(nearest)) {
      missing.push(basename(nearest));
    }
    try {
      return join(realPath(nearest), ...missing.toReversed());
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "ELOOP", "ENOTDIR")) throw error;
      throw new UnsafePathError(this.#pkgname, directory, `${nearest} is a link that leads nowhere`);
    }
  }
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}

function realPath(path: string): string {
  return decodeText(realpathSync.native(native(path), "buffer"));
}
