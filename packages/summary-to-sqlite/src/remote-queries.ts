import { matches, patternBase, splitName } from "pkg-pattern";
import {
  byFullName,
  byNameThenHighest,
  type Lookup,
  matching,
  startingWith,
  unlessMalformed,
} from "./candidates.ts";
import type { ListColumn } from "./package-columns.ts";
import { type RemotePackage, SELECT_REMOTE, toRemotePackage } from "./packages.ts";
import { Repositories } from "./repositories.ts";

/** Questions about what the repositories have. Of one full name in several the first repository's row counts. */
export class RemoteQueries extends Repositories {
  /** All packages, in byte order of their full names. */
  remotePackages(): readonly RemotePackage[] {
    return this.#select("").toSorted(byFullName);
  }

  /** The packages of this name (without version), the highest version first. */
  remoteNamed(name: string): readonly RemotePackage[] {
    return this.#select("AND p.name = ?", name).toSorted(byNameThenHighest);
  }

  /** The package of this full name. */
  remoteFull(fullName: string): RemotePackage | undefined {
    const { base, version = "" } = splitName(fullName);
    return this.#select("AND p.name = ? AND p.version = ?", base, version)[0];
  }

  /**
   * The packages that match a pattern, by name, of one name the highest version first.
   *
   * @throws PatternError of pkg-pattern for a malformed pattern
   */
  remoteMatching(pattern: string): readonly RemotePackage[] {
    return matching(pattern, this.#lookup);
  }

  /** The packages built from this PKGPATH, by name, of one name the highest version first. */
  remoteByPath(pkgPath: string): readonly RemotePackage[] {
    return this.#select("AND p.pkgpath = ?", pkgPath).toSorted(byNameThenHighest);
  }

  /** Every name (without version) once, in byte order. */
  remoteNames(): readonly string[] {
    return this.column("SELECT DISTINCT name FROM remote_package ORDER BY name") as string[];
  }

  /** Full names, in byte order, of the packages of whose files the summary does not tell the size. */
  remoteUnsized(): readonly string[] {
    // The condition is that of an index, so that there is nothing to look through where every package tells it.
    const sql = `SELECT name || '-' || version FROM remote_package
      WHERE (file_size IS NULL OR file_size = 0) AND NOT shadowed ORDER BY 1`;
    return this.column(sql) as string[];
  }

  /**
   * The packages whose name, full name or comment passes a test, by name, of one name the highest version first.
   *
   * @param containing only look at packages that have this in their full name or comment, ASCII letters in either case: what
   *   the database can leave out itself takes a fraction of the time
   */
  searchRemote(isMatch: (text: string) => boolean, containing?: string): readonly RemotePackage[] {
    const passes = (name: string, fullName: string, comment: string | null | undefined) =>
      isMatch(name) || isMatch(fullName) || (typeof comment === "string" && isMatch(comment));
    if (containing !== undefined) {
      const anywhere = `%${containing.replaceAll(/[%_\\]/g, "\\$&")}%`;
      const like = String.raw`LIKE ? ESCAPE '\'`;
      return this.#select(`AND (p.name || '-' || p.version ${like} OR p.comment ${like})`, anywhere, anywhere)
        .filter(({ name, fullName, comment }) => passes(name, fullName, comment))
        .toSorted(byNameThenHighest);
    }
    const all = this.rows(
      "SELECT id, name, name || '-' || version, comment FROM remote_package WHERE NOT shadowed",
    ) as [number, string, string, string | null][];
    const found = all.filter(([, name, fullName, comment]) => passes(name, fullName, comment));
    return this.byIds(found.map(([id]) => id)).toSorted(byNameThenHighest);
  }

  /** The patterns of what a package needs, in the summary's order. */
  remoteDependencies(id: number): readonly string[] {
    return this.#list(id, "depends");
  }

  /** The patterns of what a package cannot stand beside, in the summary's order. */
  remoteConflicts(id: number): readonly string[] {
    return this.#list(id, "conflicts");
  }

  /** The patterns of what a package replaces, in the summary's order. */
  remoteSupersedes(id: number): readonly string[] {
    return this.#list(id, "supersedes");
  }

  /** The shared libraries that a package brings, in the summary's order. */
  remoteProvides(id: number): readonly string[] {
    return this.#list(id, "provides");
  }

  /** The shared libraries that a package needs, in the summary's order. */
  remoteRequires(id: number): readonly string[] {
    return this.#list(id, "requires");
  }

  /** The long text about a package; lines end in newlines. */
  remoteDescription(id: number): string | undefined {
    return this.text("remote_detail", "description", id);
  }

  /** The packages that need this one: one of their patterns matches its full name. By name, then highest version first. */
  remoteDependents(fullName: string): readonly RemotePackage[] {
    const { base } = splitName(fullName);
    const needs = (pattern: string) => {
      const only = patternBase(pattern);
      return (
        (only === undefined || only === base) && unlessMalformed(() => matches(pattern, fullName)) === true
      );
    };
    const all = this.rows("SELECT id, depends FROM remote_detail WHERE depends IS NOT NULL");
    const found = (all as [number, string][]).filter(([, depends]) =>
      (JSON.parse(depends) as string[]).some(needs),
    );
    return this.byIds(found.map(([id]) => id)).toSorted(byNameThenHighest);
  }

  /** The packages that bring a shared library, named by its full path. By name, then highest version first. */
  remoteProviders(library: string): readonly RemotePackage[] {
    const sql = "SELECT id FROM remote_detail WHERE instr(provides, ?)";
    const ids = this.column(sql, JSON.stringify(library)) as number[];
    return this.byIds(ids).toSorted(byNameThenHighest);
  }

  /** Every category that some package is in, in byte order. */
  remoteCategories(): readonly string[] {
    const lists = this.column(
      "SELECT DISTINCT categories FROM remote_package WHERE NOT shadowed AND categories <> ''",
    );
    return [...new Set((lists as string[]).flatMap(words))].toSorted();
  }

  /** The packages that are in a category, among others perhaps. By name, then highest version first. */
  remoteInCategory(category: string): readonly RemotePackage[] {
    const lists = this.column(
      "SELECT DISTINCT categories FROM remote_package WHERE instr(categories, ?)",
      category,
    );
    return (lists as string[])
      .filter((list) => words(list).includes(category))
      .flatMap((list) => this.#select("AND p.categories = ?", list))
      .toSorted(byNameThenHighest);
  }

  /** Every package that replaces others, with the pattern of what it replaces. */
  superseding(): readonly { readonly remote: RemotePackage; readonly pattern: string }[] {
    const ids = this.column("SELECT id FROM remote_detail WHERE supersedes IS NOT NULL") as number[];
    return this.byIds(ids).flatMap((remote) =>
      this.remoteSupersedes(remote.id).map((pattern) => ({ remote, pattern })),
    );
  }

  /** The packages with these numbers, as far as they are there. */
  protected byIds(ids: readonly number[]): RemotePackage[] {
    return ids.flatMap((id) => this.#select("AND p.id = ?", id));
  }

  readonly #lookup: Lookup<RemotePackage> = {
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
    where: (test) => {
      const all = this.rows("SELECT id, name || '-' || version FROM remote_package WHERE NOT shadowed");
      return this.byIds(
        (all as [number, string][]).filter(([, fullName]) => test(fullName)).map(([id]) => id),
      );
    },
  };

  #select(condition: string, ...parameters: readonly (string | number)[]): RemotePackage[] {
    return this.rows(`${SELECT_REMOTE} ${condition}`, ...parameters).map((row) =>
      toRemotePackage(row, (sql, id) => this.row(sql, id)),
    );
  }

  #list(id: number, column: ListColumn): readonly string[] {
    return JSON.parse(this.text("remote_detail", column, id) ?? "[]") as string[];
  }
}

function words(list: string): string[] {
  return list.split(" ").filter((word) => word !== "");
}
