import type { Connection, Statement } from "./connection.ts";

/** A package of the repository as it was before the import. */
export interface KnownPackage {
  readonly id: number;
  readonly digest: string;
}

/** So many rows are read at a time. */
const PAGE = 256;

/**
 * What a repository had before, and which of it a new summary has named so far.
 *
 * A new summary mostly has the same records in the same order, so the rows are read along with it and only a record that
 * is out of step is looked up. Memory holds one page of rows, and a bit for each package.
 */
export class KnownPackages {
  readonly #readPage: Statement;
  readonly #findNamed: Statement;
  readonly #repository: number;
  #page: readonly KnownPackage[] = [];
  #next = 0;
  #lastFound = -1;
  #named = new Uint8Array(4096);

  constructor(connection: Connection, repository: number) {
    this.#repository = repository;
    this.#readPage = connection.prepare(
      `SELECT id, digest FROM remote_package WHERE repository = ? AND id > ? ORDER BY id LIMIT ${PAGE}`,
    );
    this.#findNamed = connection.prepare(
      "SELECT id, digest FROM remote_package WHERE name = ? AND version = ? AND repository = ?",
    );
    this.#turnTo(0);
  }

  /** Tells whether the next package in order has this digest, and names it if so. */
  isNext(digest: string): boolean {
    const known = this.#page[this.#next];
    if (known?.digest !== digest) return false;
    this.name(known.id);
    this.#step();
    return true;
  }

  /** Finds a package, and goes on behind it. */
  find(name: string, version: string): KnownPackage | undefined {
    const found = this.#findNamed.get(name, version, this.#repository) as KnownPackage | undefined;
    if (found !== undefined) this.#follow(found.id);
    return found;
  }

  /** Notes that the summary has this package. */
  name(id: number): void {
    const index = id >>> 3;
    if (index >= this.#named.length) {
      const larger = new Uint8Array(2 * index);
      larger.set(this.#named);
      this.#named = larger;
    }
    this.#named[index] = (this.#named[index] ?? 0) | (1 << (id & 7));
  }

  /** Tells whether the summary has had this package. */
  isNamed(id: number): boolean {
    return ((this.#named[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }

  /** The packages that the summary has not named, a page at a time. */
  *unnamed(): Generator<number> {
    this.#turnTo(0);
    while (this.#page.length > 0) {
      for (const { id } of this.#page) {
        if (!this.isNamed(id)) yield id;
      }
      this.#turnTo(this.#page.at(-1)?.id ?? 0);
    }
  }

  /** A package elsewhere may be one that was added late; two in a row show that the order goes on there. */
  #follow(id: number): void {
    const index = this.#page.findIndex((known) => known.id === id);
    if (index >= 0) {
      this.#next = index;
      this.#step();
    } else if (id > this.#lastFound && id - this.#lastFound <= 2) this.#turnTo(id);
    this.#lastFound = id;
  }

  #step(): void {
    this.#next += 1;
    if (this.#next === this.#page.length) this.#turnTo(this.#page.at(-1)?.id ?? 0);
  }

  #turnTo(behind: number): void {
    this.#page = this.#readPage.all(this.#repository, behind) as KnownPackage[];
    this.#next = 0;
  }
}
