import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeText, parsePackingList } from "pkg-archive";
import { splitName } from "pkg-pattern";
import type { Contents } from "../contents.ts";
import { isSystemError, PkgInstallError } from "../errors.ts";
import { compareText } from "../text.ts";
import { readLines, readText, REQUIRED_BY, withBytes } from "./files.ts";
import { INSTALLED_INFO, isAutomatic } from "./installed-info.ts";
import { remember, type Stamp, stampOf } from "./relation-memory.ts";
import { readRelations, type Relations } from "./relations.ts";
import { type SummaryVariables, summaryVariables } from "./summary-variables.ts";

/** A package that is installed; its files are read when something is asked of them. */
export class InstalledPackage {
  /** PKGNAME, with the version. */
  readonly name: string;
  /** The directory with its metadata. */
  readonly directory: string;
  readonly #stamp: Stamp;
  #contents: Contents | undefined;
  #relations: Relations | undefined;

  /** @param stamp that of its packing list */
  constructor(pkgdb: string, name: string, stamp: Stamp) {
    this.name = name;
    this.directory = join(pkgdb, name);
    this.#stamp = stamp;
  }

  /**
   * What its packing list says.
   *
   * @throws PkgInstallError for a list that cannot be understood
   */
  get contents(): Contents {
    this.#contents ??= this.#readContents((bytes) => parsePackingList(decodeText(bytes)));
    return this.#contents;
  }

  /** Patterns of what it needs; the rest of its packing list is not read for them. */
  get dependencies(): readonly string[] {
    return this.#readRelations().dependencies;
  }

  /** Patterns of what cannot be installed beside it; the rest of its packing list is not read for them. */
  get conflicts(): readonly string[] {
    return this.#readRelations().conflicts;
  }

  /** Names of the installed packages that need it. */
  get requiredBy(): readonly string[] {
    return this.#has(REQUIRED_BY) ? readLines(this.#pathOf(REQUIRED_BY)) : [];
  }

  /** Whether it was installed for the sake of another package. */
  get isAutomatic(): boolean {
    return this.#has(INSTALLED_INFO) && isAutomatic(this.read(INSTALLED_INFO));
  }

  /** Whether it is marked as one that must not be removed. */
  get isPreserved(): boolean {
    return this.#has("+PRESERVE");
  }

  /** Absolute paths of its files, in the order of the packing list. */
  get files(): readonly string[] {
    const { prefix, files } = this.contents;
    return files.map(({ path }) => `${prefix}/${path}`);
  }

  /** The variables of its summary, as `pkg_info -X` prints them. */
  get summary(): SummaryVariables {
    return summaryVariables(this.name, this.#readRelations(), (file) => this.read(file));
  }

  /** The text of a metadata file such as `+COMMENT`, or undefined where it has none. */
  read(file: string): string | undefined {
    return readText(this.#pathOf(file));
  }

  /** Most packages have few of these files, and to find that out by trying to open them takes far longer. */
  #has(file: string): boolean {
    return existsSync(this.#pathOf(file));
  }

  /** Very many paths are made; that they are in their plain form is known. */
  #pathOf(file: string): string {
    return `${this.directory}/${file}`;
  }

  #readRelations(): Relations {
    this.#relations ??= remember(this.directory, this.#stamp, () => this.#readContents(readRelations));
    return this.#relations;
  }

  #readContents<Result>(read: (bytes: Buffer) => Result): Result {
    const result = withBytes(this.#pathOf("+CONTENTS"), (bytes, length) => read(bytes.subarray(0, length)));
    if (result !== undefined) return result;
    throw new PkgInstallError("ERR_PKGDB_DAMAGED", `${this.directory} has no packing list`, {
      pkgname: this.name,
    });
  }
}

/**
 * Lists the installed packages, sorted by the bytes of their names; where there is no PKG_DBDIR there are none.
 *
 * Only the directory itself is read.
 */
export function installedPackages(pkgdb: string): readonly InstalledPackage[] {
  return packagesNamed(pkgdb, namesIn(pkgdb));
}

/** The installed versions of a package, which are more than one only by mistake. */
export function installedVersions(pkgdb: string, base: string): readonly InstalledPackage[] {
  const names = namesIn(pkgdb).filter((name) => name.startsWith(base) && splitName(name).base === base);
  return packagesNamed(pkgdb, names);
}

/**
 * The installed package of this very name.
 *
 * @throws PkgInstallError where there is none
 */
export function installedPackage(pkgdb: string, pkgname: string): InstalledPackage {
  const [found] = packagesNamed(pkgdb, [pkgname]);
  if (found !== undefined) return found;
  throw new PkgInstallError("ERR_PKGDB_NOT_INSTALLED", `${pkgname} is not installed in ${pkgdb}`, {
    pkgname,
  });
}

/** When a package was last added to PKG_DBDIR or taken from it; undefined where there is no such directory. */
export function pkgdbModified(
  pkgdb: string,
): { readonly seconds: number; readonly nanoseconds: number } | undefined {
  const found = statSync(pkgdb, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return {
    seconds: Number(found.mtimeNs / 1_000_000_000n),
    nanoseconds: Number(found.mtimeNs % 1_000_000_000n),
  };
}

function namesIn(pkgdb: string): readonly string[] {
  try {
    return readdirSync(pkgdb);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}

/** What `pkg_add` leaves when it is interrupted while it replaces a package by the same version. */
export const LEFT_OVER = ".xxxxxx";

/** Those of some names that are installed, sorted as all are. Files, and directories of other use, have no packing list. */
export function packagesNamed(pkgdb: string, names: readonly string[]): readonly InstalledPackage[] {
  const packages: InstalledPackage[] = [];
  for (const name of names.toSorted(compareText)) {
    if (name.startsWith(".") || name.includes("/") || name.endsWith(LEFT_OVER)) continue;
    const stamp = stampOf(`${pkgdb}/${name}/+CONTENTS`);
    if (stamp !== undefined) packages.push(new InstalledPackage(pkgdb, name, stamp));
  }
  return packages;
}
