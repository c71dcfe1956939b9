import { byNameThenHighest, type Lookup, matching } from "./candidates.ts";
import { RELATIONS } from "./package-columns.ts";
import { type LocalPackage, SELECT_LOCAL, toLocalPackage } from "./packages.ts";
import { RemoteQueries } from "./remote-queries.ts";

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
export class LocalQueries extends RemoteQueries {
  /** All installed packages, in byte order of their full names. */
  localPackages(): readonly LocalPackage[] {
    return this.#select("ORDER BY p.fullname");
  }

  /** The installed packages of this name (without version), the highest version first. */
  localNamed(name: string): readonly LocalPackage[] {
    return this.#select("AND p.name = ?", name).toSorted(byNameThenHighest);
  }

  /** The installed package of this full name. */
  localFull(fullName: string): LocalPackage | undefined {
    return this.#select("AND p.fullname = ?", fullName)[0];
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
    const sql = `SELECT t.text FROM local_relation r JOIN term t ON t.id = r.term
      WHERE r.package = ? AND r.kind = ? ORDER BY r.position`;
    return this.column(sql, id, RELATIONS.DEPENDS) as string[];
  }

  /** Every pattern of what an installed package cannot stand beside. */
  localConflicts(): readonly { readonly installed: LocalPackage; readonly pattern: string }[] {
    const sql = `SELECT r.package, t.text FROM local_relation r JOIN term t ON t.id = r.term
      WHERE r.kind = ? ORDER BY r.package, r.position`;
    return (this.rows(sql, RELATIONS.CONFLICTS) as [number, string][]).flatMap(([id, pattern]) =>
      this.#select("AND p.id = ?", id).map((installed) => ({ installed, pattern })),
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
    this.run("UPDATE local_package SET keep = ? WHERE fullname = ?", keep ? 1 : null, fullName);
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
    named: (name) => this.localNamed(name),
    beginning: (text) =>
      this.#select(
        "AND (p.fullname = ? OR p.fullname >= ? AND p.fullname < ?)",
        text,
        `${text}-0`,
        `${text}-:`,
      ),
    where: (test) => this.localPackages().filter(({ fullName }) => test(fullName)),
  };

  #select(condition: string, ...parameters: readonly (string | number)[]): LocalPackage[] {
    return this.rows(`${SELECT_LOCAL} ${condition}`, ...parameters).map(toLocalPackage);
  }
}
