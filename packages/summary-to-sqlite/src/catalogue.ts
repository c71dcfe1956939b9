import { bestMatch } from "pkg-pattern";
import { unlessMalformed } from "./candidates.ts";
import type { Connection } from "./connection.ts";
import { LocalQueries, type PkgdbStamp } from "./local-queries.ts";
import { type Fields, parseFields } from "./package-record.ts";
import { PackageWriter } from "./package-writer.ts";

/** An installed package as its own files describe it. */
export interface LocalInput {
  /** Its variables as in pkg_summary: each with its values, one for each line, in order. */
  readonly fields: Fields;
  /** Asked for by the user, rather than drawn in as a dependency. */
  readonly keep: boolean;
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
  replaceLocal(packages: Iterable<LocalInput>, stamp: PkgdbStamp | undefined): readonly Unresolved[] {
    return this.transaction(() => {
      for (const table of ["local_package", "local_detail", "local_required_by", "pkgdb"])
        this.run(`DELETE FROM ${table}`);
      const writer = new PackageWriter(this.connection, "local", ["keep"]);
      let id = 0;
      for (const { fields, keep } of packages) writer.write(++id, parseFields(fields), [keep ? 1 : null]);
      if (stamp !== undefined) this.run("INSERT INTO pkgdb VALUES (?, ?)", stamp.seconds, stamp.nanoseconds);
      return this.#resolve();
    });
  }

  /** Notes which installed package meets which dependency. */
  #resolve(): Unresolved[] {
    const unresolved: Unresolved[] = [];
    const best = new Map<string, string | undefined>();
    const find = (pattern: string) =>
      unlessMalformed(() =>
        bestMatch(
          pattern,
          this.localMatching(pattern).map(({ fullName }) => fullName),
        ),
      );
    for (const { id, fullName } of this.localPackages()) {
      for (const pattern of this.localDependencies(id)) {
        if (!best.has(pattern)) best.set(pattern, find(pattern));
        const needed = best.get(pattern);
        if (needed === undefined) unresolved.push({ fullName, pattern });
        else this.run("INSERT OR IGNORE INTO local_required_by VALUES (?, ?)", needed, fullName);
      }
    }
    return unresolved;
  }
}
