import { existsSync } from "node:fs";
import { join } from "node:path";
import { encodeText } from "pkg-archive";
import { PageFile } from "../byfile/page-file.ts";
import { lookUp, lookUpByFile } from "../byfile/read-by-file.ts";
import { changedPieces } from "../byfile/update-by-file.ts";
import { writeByFile, writePieces } from "../byfile/write-by-file.ts";
import { ByFileError } from "../errors.ts";
import { installedPackages } from "./installed-packages.ts";
import { isThere } from "../status-of.ts";

/** The file of PKG_DBDIR that says who owns what. */
export const BY_FILE = "pkgdb.byfile.db";
const SHARED = "@pkgdir";
/** In bytes, with the NUL at its end. */
const PATH_MAX = 4096;

/**
 * Finds the package that owns a path, by way of pkgdb.byfile.db.
 *
 * @returns PKGNAME, or undefined where no package does, or where the path is a directory that packages share
 * @throws ByFileError for a database that is damaged; {@link rebuildByFile} makes a new one
 */
export function ownerOf(pkgdb: string, path: string): string | undefined {
  const file = join(pkgdb, BY_FILE);
  const owner = existsSync(file) ? lookUpByFile(file, path) : undefined;
  return owner?.startsWith(SHARED) === true ? undefined : owner;
}

/**
 * Makes pkgdb.byfile.db anew from the packing lists of the installed packages; of two owners the first counts, and files
 * that are not there are left out.
 *
 * @param destdir what comes before every path on this system; default: nothing
 */
export function rebuildByFile(pkgdb: string, destdir = ""): void {
  writeByFile(join(pkgdb, BY_FILE), listedOwners(pkgdb, destdir));
}

function* listedOwners(pkgdb: string, destdir: string): Generator<[path: string, owner: string]> {
  const sharers = new Map<string, string[]>();
  for (const { name, contents } of installedPackages(pkgdb)) {
    for (const item of contents.items) {
      if (item.kind !== "file" && item.kind !== "directory") continue;
      const path = `${contents.prefix}/${item.path}`;
      if (isTooLong(path)) continue;
      if (item.kind === "file") {
        if (isThere(destdir + path)) yield [path, name];
      } else if (item.isShared) {
        sharers.set(path, [...(sharers.get(path) ?? []), name]);
      }
    }
  }
  for (const [path, names] of sharers) yield [path, [SHARED, ...names].join(" ")];
}

/** The packages that share a directory, as the database says it; undefined where it says that a file has an owner. */
export function sharersIn(value: string): readonly string[] | undefined {
  if (!value.startsWith(SHARED)) return undefined;
  const [, ...names] = value.split(" ");
  return names.filter((name) => name !== "");
}

/** Whether no system call can name a path: by agreement with the original tools the database does not have it either. */
export function isTooLong(path: string): boolean {
  return path.length >= PATH_MAX / 3 && encodeText(path).length >= PATH_MAX;
}

/** The owners of paths, with changes that are not written yet. */
export class Ownership {
  readonly #path: string;
  readonly #changes = new Map<string, string | undefined>();
  /** Undefined where there is no database yet. */
  readonly #file: PageFile | undefined;

  /** A database that is missing or damaged is made anew first. */
  constructor(pkgdb: string, destdir: string) {
    this.#path = join(pkgdb, BY_FILE);
    try {
      if (existsSync(this.#path)) lookUpByFile(this.#path, "/");
      else if (installedPackages(pkgdb).length > 0) rebuildByFile(pkgdb, destdir);
    } catch (error) {
      if (!(error instanceof ByFileError)) throw error;
      rebuildByFile(pkgdb, destdir);
    }
    this.#file = existsSync(this.#path) ? new PageFile(this.#path) : undefined;
  }

  /** The package that owns a file. */
  ownerOf(path: string): string | undefined {
    const value = this.#value(path);
    return value?.startsWith(SHARED) === true ? undefined : value;
  }

  /** The packages that share a directory. */
  sharersOf(path: string): readonly string[] {
    return sharersIn(this.#value(path) ?? "") ?? [];
  }

  setOwner(path: string, pkgname: string | undefined): void {
    if (!isTooLong(path)) this.#changes.set(path, pkgname);
  }

  addSharer(path: string, pkgname: string): void {
    if (isTooLong(path) || this.sharersOf(path).includes(pkgname)) return;
    const value = this.#value(path);
    const shared = value?.startsWith(SHARED) === true ? value : SHARED;
    this.#changes.set(path, `${shared} ${pkgname}`);
  }

  /** Takes a name and the blank after it out of the list; the blank before the last one stays, as the original tools leave it. */
  dropSharer(path: string, pkgname: string): void {
    const sharers = this.sharersOf(path);
    if (!sharers.includes(pkgname)) return;
    if (sharers.length === 1) return void this.#changes.set(path, undefined);
    const parts = (this.#value(path) ?? SHARED).split(" ");
    const at = parts.indexOf(pkgname);
    if (at === parts.length - 1) parts[at] = "";
    else parts.splice(at, 1);
    this.#changes.set(path, parts.join(" "));
  }

  /** Writes a new database to a path beside the present one, which stays as it is. It is not brought to disk. */
  writeTo(path: string): void {
    writePieces(path, changedPieces(this.#file, this.#changes), { sync: false });
  }

  close(): void {
    this.#file?.close();
  }

  #value(path: string): string | undefined {
    if (this.#changes.has(path)) return this.#changes.get(path);
    return this.#file === undefined ? undefined : lookUp(this.#file, path);
  }
}
