import { bestMatchFinder } from "pkg-pattern";
import type { Connection } from "./connection.ts";
import { LocalQueries, type PkgdbStamp } from "./local-queries.ts";
import { type Fields, parseFields } from "./package-record.ts";
import { PackageWriter } from "./package-writer.ts";
import { unlessMalformed } from "./candidates.ts";

/** An installed package as its own files describe it. */
export interface LocalInput {
  /**
   * Tells this state of its files from every other, and of every other package; undefined where nothing does.
   *
   * A package of the same stamp as last time stays as it is in the catalogue, and is not asked for its fields.
   */
  readonly stamp?: string | undefined;
  /** Its variables as in pkg_summary: each with its values, one for each line, in order. */
  readonly fields: Fields;
  /** Asked for by the user, rather than drawn in as a dependency. */
  readonly keep: boolean;
}

/** How the installed packages are replaced. */
export interface ReplaceLocalOptions {
  /** Also those whose stamp is the same as last time. Default: false. */
  readonly anew?: boolean;
}

/** A dependency that no installed package meets. */
export interface Unresolved {
  /** The package that has it. */
  readonly fullName: string;
  readonly pattern: string;
}

/** A catalogue of packages: what the repositories have and what is installed. Made by `openCatalogue()`. */
export class Catalogue extends LocalQueries {
  /** It was made when it was opened, so nothing has been read into it yet. */
  readonly isNew: boolean;
  /** Where the file was put that could not be used and stood here before; undefined where there was none. */
  readonly replaced: string | undefined;

  constructor(
    connection: Connection,
    path: string,
    { isNew, replaced }: { readonly isNew: boolean; readonly replaced?: string | undefined },
  ) {
    super(connection, path);
    this.isNew = isNew;
    this.replaced = replaced;
  }

  /**
   * Replaces everything that is known of the installed packages, in one transaction.
   *
   * @param stamp when the directory of installed packages was last changed; undefined where there is none
   * @returns the dependencies that no installed package meets
   * @throws CatalogueError
   */
  replaceLocal(
    packages: readonly LocalInput[],
    stamp: PkgdbStamp | undefined,
    { anew = false }: ReplaceLocalOptions = {},
  ): readonly Unresolved[] {
    return this.transaction(() => {
      if (anew) this.run("UPDATE local_package SET stamp = NULL");
      this.#replacePackages(packages);
      this.run("DELETE FROM pkgdb");
      if (stamp !== undefined) this.run("INSERT INTO pkgdb VALUES (?, ?)", stamp.seconds, stamp.nanoseconds);
      return this.#resolve();
    });
  }

  /** Lets the rows of packages stay that are as they were, and writes those of the others. */
  #replacePackages(packages: readonly LocalInput[]): void {
    const known = new Map(
      this.rows("SELECT stamp, id FROM local_package WHERE stamp IS NOT NULL") as [string, number][],
    );
    const idOf = ({ stamp }: LocalInput) => (stamp === undefined ? undefined : known.get(stamp));
    const staying = JSON.stringify(packages.map(idOf).filter((id) => id !== undefined));
    for (const table of ["local_package", "local_detail"])
      this.run(`DELETE FROM ${table} WHERE id NOT IN (SELECT value FROM json_each(?))`, staying);
    const writer = new PackageWriter(this.connection, "local", ["keep", "stamp"]);
    let [nextId] = this.row("SELECT coalesce(max(id), 0) + 1 FROM local_package") as [number];
    for (const input of packages) {
      const [id, keep] = [idOf(input), input.keep ? 1 : null];
      if (id === undefined) writer.write(nextId++, parseFields(input.fields), [keep, input.stamp ?? null]);
      else this.run("UPDATE local_package SET keep = ? WHERE id = ? AND keep IS NOT ?", keep, id, keep);
    }
  }

  /** Notes which installed package meets which dependency. */
  #resolve(): Unresolved[] {
    const unresolved: Unresolved[] = [];
    const packages = this.localPackages();
    const find = bestMatchFinder(packages.map(({ fullName }) => fullName));
    this.run("DELETE FROM local_required_by WHERE required_by NOT IN (SELECT fullpkgname FROM local_pkg)");
    for (const { id, fullName } of packages) {
      const needed = new Set<string>();
      for (const pattern of this.localDependencies(id)) {
        const best = unlessMalformed(() => find(pattern));
        if (best === undefined) unresolved.push({ fullName, pattern });
        else needed.add(best);
      }
      this.#setNeeded(fullName, needed);
    }
    return unresolved;
  }

  #setNeeded(fullName: string, needed: ReadonlySet<string>): void {
    const known = this.dependenciesOf(fullName);
    if (known.length === needed.size && known.every((name) => needed.has(name))) return;
    this.run("DELETE FROM local_required_by WHERE required_by = ?", fullName);
    for (const name of needed) this.run("INSERT INTO local_required_by VALUES (?, ?)", name, fullName);
  }
}
