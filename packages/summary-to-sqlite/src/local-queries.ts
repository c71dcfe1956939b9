import { splitName } from "pkg-pattern";
import { byFullName, byNameThenHighest, type Lookup, matching, startingWith } from "./candidates.ts";
import type { ListColumn } from "./package-columns.ts";
import { type LocalPackage, SELECT_LOCAL, toLocalPackage } from "./packages.ts";
import { TextSearch } from "./text-search.ts";

/** When the directory of installed packages was last changed. */
export interface PkgdbStamp {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** How many packages there are, and their sizes in bytes. */
export interface Statistics {
  readonly installed: number;
  readonly installedSize: bigint;
  readonly repositories: number;
  readonly available: number;
  /** Of the package files. */
  readonly availableSize: bigint;
}

/** Questions about what is installed. */
export class LocalQueries extends TextSearch {
  /** All installed packages, in byte order of their full names. */
  localPackages(): readonly LocalPackage[] {
    return this.#select("").toSorted(byFullName);
  }

  /** The installed packages of this name (without version), the highest version first. */
  localNamed(name: string): readonly LocalPackage[] {
    return this.#select("AND p.name = ?", name).toSorted(byNameThenHighest);
  }

  /** The installed package of this full name. */
  localFull(fullName: string): LocalPackage | undefined {
    const { base, version = "" } = splitName(fullName);
    return this.#select("AND p.name = ? AND p.version = ?", base, version)[0];
  }

  /**
   * The installed packages that match a pattern, by name, of one name the highest version first.
   *
   * @throws PatternError of pkg-pattern for a malformed pattern
   */
  localMatching(pattern: string): readonly LocalPackage[] {
    return matching(pattern, this.#lookup);
  }

  /** The patterns of what an installed package needs, in the order in which it names them. */
  localDependencies(id: number): readonly string[] {
    return this.#list(id, "depends");
  }

  /** Every pattern of what an installed package cannot stand beside. */
  localConflicts(): readonly { readonly installed: LocalPackage; readonly pattern: string }[] {
    const ids = "AND p.id IN (SELECT id FROM local_detail WHERE conflicts IS NOT NULL)";
    return this.#select(ids).flatMap((installed) =>
      this.#list(installed.id, "conflicts").map((pattern) => ({ installed, pattern })),
    );
  }

  /** Full names of the installed packages that need this one directly, in byte order. */
  dependentsOf(fullName: string): readonly string[] {
    return this.column(
      "SELECT required_by FROM local_required_by WHERE pkgname = ? ORDER BY 1",
      fullName,
    ) as string[];
  }

  /** Full names of the installed packages that this one needs directly, in byte order. */
  dependenciesOf(fullName: string): readonly string[] {
    return this.column(
      "SELECT pkgname FROM local_required_by WHERE required_by = ? ORDER BY 1",
      fullName,
    ) as string[];
  }

  /** Notes whether the user asked for an installed package himself. */
  setKeep(fullName: string, keep: boolean): void {
    const { base, version = "" } = splitName(fullName);
    this.transaction(() =>
      this.run(
        "UPDATE local_package SET keep = ? WHERE name = ? AND version = ?",
        keep ? 1 : null,
        base,
        version,
      ),
    );
  }

  /** When the directory of installed packages had been changed as the rows were read; undefined if they never were. */
  pkgdbStamp(): PkgdbStamp | undefined {
    const row = this.row("SELECT pkgdb_mtime, pkgdb_ntime FROM pkgdb ORDER BY rowid DESC LIMIT 1");
    if (row === undefined) return undefined;
    const [seconds, nanoseconds] = row as [number, number];
    return { seconds, nanoseconds };
  }

  /** Counts and sums over everything. */
  statistics(): Statistics {
    const [installed, installedSize, repositories, available, availableSize] = this.row(
      `SELECT (SELECT count(*) FROM local_package), (SELECT CAST(coalesce(sum(size_pkg), 0) AS TEXT) FROM local_package),
        (SELECT count(*) FROM repository),
        (SELECT count(*) FROM remote_package WHERE NOT shadowed),
        (SELECT CAST(coalesce(sum(file_size), 0) AS TEXT) FROM remote_package WHERE NOT shadowed)`,
    ) as [number, string, number, number, string];
    return {
      installed,
      installedSize: BigInt(installedSize),
      repositories,
      available,
      availableSize: BigInt(availableSize),
    };
  }

  readonly #lookup: Lookup<LocalPackage> = {
    named: (name) => this.#select("AND p.name = ?", name),
    beginning: (text) => {
      const { base, version = "" } = splitName(text);
      return this.#select(
        "AND (p.name = ? OR p.name = ? AND p.version = ? OR p.name >= ? AND p.name < ?)",
        text,
        base,
        version,
        `${text}-0`,
        `${text}-:`,
      );
    },
    startingWith: (text, names) => this.#select(...startingWith(text, names)),
    where: (test) => this.localPackages().filter(({ fullName }) => test(fullName)),
  };

  #select(condition: string, ...parameters: readonly (string | number)[]): LocalPackage[] {
    return this.rows(`${SELECT_LOCAL} ${condition}`, ...parameters).map((row) =>
      toLocalPackage(row, (sql, id) => this.row(sql, id)),
    );
  }

  #list(id: number, column: ListColumn): readonly string[] {
    return JSON.parse(this.text("local_detail", column, id) ?? "[]") as string[];
  }
}
