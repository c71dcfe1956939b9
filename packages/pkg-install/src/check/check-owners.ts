import { existsSync } from "node:fs";
import { join } from "node:path";
import { PageFile } from "../byfile/page-file.ts";
import { lookUp, readByFile } from "../byfile/read-by-file.ts";
import type { Contents } from "../contents.ts";
import { BY_FILE, isTooLong, sharersIn } from "../database/ownership.ts";
import { ByFileError } from "../errors.ts";
import type { Problem } from "./problem.ts";
import { isThere } from "../status-of.ts";

/** What the database is compared with. */
export interface OwnerCheckOptions {
  readonly pkgdb: string;
  readonly destdir: string;
  /** Of the installed packages. */
  readonly names: ReadonlySet<string>;
  readonly report: (problem: Problem) => void;
}

/**
 * Compares pkgdb.byfile.db with the packing lists.
 *
 * Each path of a list is looked up; that nothing else is in the database is seen by counting.
 */
export class OwnerCheck {
  readonly #path: string;
  readonly #destdir: string;
  readonly #report: (problem: Problem) => void;
  readonly #names: ReadonlySet<string>;
  #file: PageFile | undefined;
  /** How many owners of files and sharers of directories the lists account for. */
  #accounted = 0;

  constructor({ pkgdb, destdir, names, report }: OwnerCheckOptions) {
    this.#path = join(pkgdb, BY_FILE);
    this.#destdir = destdir;
    this.#report = report;
    this.#names = names;
    if (existsSync(this.#path)) this.#guarded(() => (this.#file = new PageFile(this.#path)));
    else if (this.#names.size > 0) this.#tell(undefined, undefined, `${this.#path} is missing`);
  }

  /** Looks up what is on a package's list. */
  take({ pkgname, prefix, items }: Contents): void {
    const seen = new Set<string>();
    this.#guarded(() => {
      for (const item of items) {
        const counts = item.kind === "file" || (item.kind === "directory" && item.isShared);
        if (!counts || seen.has(item.path)) continue;
        seen.add(item.path);
        this.#lookUp(item.kind, `${prefix}/${item.path}`, pkgname);
      }
    });
  }

  /** Finds what is in the database and on no list. */
  finish(): void {
    if (this.#file === undefined) return;
    this.#guarded(() => {
      let found = 0;
      for (const [path, owner] of readByFile(this.#path)) {
        const names = sharersIn(owner) ?? [owner];
        const strangers = names.filter((name) => !this.#names.has(name));
        found += names.length - strangers.length;
        for (const name of strangers) {
          this.#tell(undefined, path, `${path} is said to be of ${name}, which is not installed`);
        }
      }
      if (found === this.#accounted) return;
      const message = `${this.#path} has ${found} owners of installed packages, and their lists account for ${this.#accounted}`;
      this.#tell(undefined, undefined, message);
    });
  }

  close(): void {
    this.#file?.close();
  }

  #lookUp(kind: "file" | "directory", path: string, name: string): void {
    if (this.#file === undefined || isTooLong(path)) return;
    const owner = lookUp(this.#file, path);
    const sharers = owner === undefined ? undefined : sharersIn(owner);
    const isKnown = kind === "file" ? owner === name : sharers?.includes(name) === true;
    if (isKnown) this.#accounted += 1;
    // A file may have become another package's, and one that is not there need not be known.
    else if (
      kind === "directory" ||
      sharers !== undefined ||
      (owner === undefined && isThere(this.#destdir + path))
    ) {
      this.#tell(name, path, `${path} is not known to be of ${name}`);
    }
  }

  /** Does something with the database while it can be read; it is told once that it cannot. */
  #guarded(body: () => void): void {
    try {
      body();
    } catch (error) {
      if (!(error instanceof ByFileError)) throw error;
      this.#file?.close();
      this.#file = undefined;
      this.#tell(undefined, undefined, error.message);
    }
  }

  #tell(pkgname: string | undefined, path: string | undefined, message: string): void {
    this.#report({ kind: "owner", pkgname, path, message, isRepairable: true });
  }
}
