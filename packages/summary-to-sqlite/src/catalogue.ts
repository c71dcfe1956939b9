import { bestMatch } from "pkg-pattern";
import { LocalQueries, type PkgdbStamp } from "./local-queries.ts";
import { type Fields, PackageWriter } from "./package-writer.ts";

/** An installed package as its own files describe it. */
export interface LocalInput {
  /** Its variables as in pkg_summary. */
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
  /**
   * Replaces everything that is known of the installed packages, in one transaction.
   *
   * @param stamp when the directory of installed packages was last changed; undefined where there is none
   * @returns the dependencies that no installed package meets
   */
  replaceLocal(packages: Iterable<LocalInput>, stamp: PkgdbStamp | undefined): readonly Unresolved[] {
    return this.transaction(() => {
      for (const table of ["package", "description", "relation", "required_by"])
        this.run(`DELETE FROM local_${table}`);
      const writer = new PackageWriter(this.connection, "local", ["keep"]);
      for (const { fields, keep } of packages) writer.write(fields, [keep ? 1 : null]);
      this.run("DELETE FROM pkgdb");
      if (stamp !== undefined) this.run("INSERT INTO pkgdb VALUES (?, ?)", stamp.seconds, stamp.nanoseconds);
      return this.#resolve();
    });
  }

  /** Notes which installed package meets which dependency. */
  #resolve(): Unresolved[] {
    const unresolved: Unresolved[] = [];
    for (const { id, fullName } of this.localPackages()) {
      for (const pattern of this.localDependencies(id)) {
        const best = bestMatch(
          pattern,
          this.localMatching(pattern).map((candidate) => candidate.fullName),
        );
        if (best === undefined) unresolved.push({ fullName, pattern });
        else this.run("INSERT OR IGNORE INTO local_required_by VALUES (?, ?)", best, fullName);
      }
    }
    return unresolved;
  }
}
