import { compareVersions, matches, patternBases } from "pkg-pattern";
import type { Catalogue, LocalPackage, RemotePackage } from "summary-to-sqlite";
import type { Preferences } from "../config/preferred.ts";
import { decideAction } from "./action.ts";
import { unlessMalformed } from "./match.ts";
import type { Action } from "./plan.ts";

/** Characters that mean more than themselves in a pattern. */
const SPECIAL = /[*?[\]{}<>\\]/;

/**
 * Answers the questions of planning from the catalogue: which version is meant, what it needs, what needs it.
 *
 * Only packages that preferred.conf allows and whose size is known count as available. Answers are kept, as plans ask the
 * same again and again.
 */
export class Resolver {
  readonly #db: Catalogue;
  readonly #preferences: Preferences;
  readonly #bestByPattern: Map<string, RemotePackage | undefined> = new Map();
  readonly #remoteByName: Map<string, readonly RemotePackage[]> = new Map();
  readonly #patternsByPackage: Map<number, readonly string[]> = new Map();
  readonly #needsByPackage: Map<number, readonly RemotePackage[]> = new Map();
  #allInstalled: readonly LocalPackage[] | undefined;
  #installedByName: ReadonlyMap<string, LocalPackage> | undefined;

  constructor(db: Catalogue, preferences: Preferences) {
    this.#db = db;
    this.#preferences = preferences;
  }

  /** The available package of the highest version that matches a name, full name or pattern. */
  best(pattern: string): RemotePackage | undefined {
    if (!this.#bestByPattern.has(pattern)) {
      this.#bestByPattern.set(pattern, this.#highest(this.remoteMatching(pattern)));
    }
    return this.#bestByPattern.get(pattern);
  }

  /** Everything that a name, full name or pattern matches, whether it is available or not. */
  remoteMatching(pattern: string): readonly RemotePackage[] {
    return unlessMalformed([], () => {
      const bases = patternBases(pattern);
      if (bases === undefined) return this.#matchingAnyName(pattern);
      const candidates = bases.flatMap((base) => this.remoteNamed(base));
      return candidates.filter(({ fullName }) => matches(pattern, fullName));
    });
  }

  /** The packages of a name in the repositories, whether they are available or not. */
  remoteNamed(name: string): readonly RemotePackage[] {
    let found = this.#remoteByName.get(name);
    if (found === undefined) {
      found = this.#db.remoteNamed(name);
      this.#remoteByName.set(name, found);
    }
    return found;
  }

  /** The pattern of preferred.conf that leaves nothing of what otherwise matches. */
  excludedBy(pattern: string): string | undefined {
    const excluded = this.remoteMatching(pattern).find(
      ({ name, fullName }) => !this.#preferences.allows(name, fullName),
    );
    return excluded && this.#preferences.patternFor(excluded.name);
  }

  /** What is to be done with an available package. */
  actionFor(remote: RemotePackage): Action | undefined {
    return decideAction(this.installed(remote.name), remote);
  }

  /** The available package of the highest version that has the same name and path as an installed one. */
  upgradeOf(installed: LocalPackage): RemotePackage | undefined {
    const sameName = this.remoteNamed(installed.name);
    return this.#highest(sameName.filter(({ pkgPath }) => pkgPath === installed.pkgPath));
  }

  /** The installed packages of which the repositories have another version or build; others need not be looked at. */
  perhapsOutdated(): readonly LocalPackage[] {
    const sql = `SELECT DISTINCT l.PKGNAME FROM local_pkg l JOIN remote_pkg r ON r.PKGNAME = l.PKGNAME
      WHERE r.PKGPATH IS l.PKGPATH AND (r.PKGVERS <> l.PKGVERS OR r.BUILD_DATE IS NOT l.BUILD_DATE)`;
    const rows = this.#db.connection.prepare(sql).raw().all() as [string][];
    const names = new Set(rows.map(([name]) => name));
    return this.allInstalled().filter(({ name }) => names.has(name));
  }

  /** The patterns of what a package needs. */
  dependencyPatterns({ id }: RemotePackage): readonly string[] {
    let patterns = this.#patternsByPackage.get(id);
    if (patterns === undefined) {
      patterns = this.#db.remoteDependencies(id);
      this.#patternsByPackage.set(id, patterns);
    }
    return patterns;
  }

  /** What a package needs directly, as far as it is available; each once. */
  dependencies(remote: RemotePackage): readonly RemotePackage[] {
    let needs = this.#needsByPackage.get(remote.id);
    if (needs === undefined) {
      const found = this.dependencyPatterns(remote).flatMap((pattern) => this.best(pattern) ?? []);
      needs = [...new Set(found)];
      this.#needsByPackage.set(remote.id, needs);
    }
    return needs;
  }

  /** The patterns of what a package cannot stand beside. */
  conflictPatterns({ id }: RemotePackage): readonly string[] {
    return this.#db.remoteConflicts(id);
  }

  /** The installed package of a name. */
  installed(name: string): LocalPackage | undefined {
    // Of several the first in the list is the one that counts, as it does elsewhere.
    this.#installedByName ??= new Map(
      this.allInstalled()
        .toReversed()
        .map((entry) => [entry.name, entry]),
    );
    return this.#installedByName.get(name);
  }

  allInstalled(): readonly LocalPackage[] {
    this.#allInstalled ??= this.#db.localPackages();
    return this.#allInstalled;
  }

  installedMatching(pattern: string): readonly LocalPackage[] {
    return this.#db.localMatching(pattern);
  }

  /** The patterns of what an installed package needs. */
  installedPatterns({ id }: LocalPackage): readonly string[] {
    return this.#db.localDependencies(id);
  }

  /** Conflicts that installed packages declare. */
  installedConflicts(): readonly { readonly installed: LocalPackage; readonly pattern: string }[] {
    return this.#db.localConflicts();
  }

  /** Available packages that take the place of others. */
  superseding(): readonly { readonly remote: RemotePackage; readonly pattern: string }[] {
    return this.#db.superseding().filter(({ remote }) => this.isAvailable(remote));
  }

  /** Installed packages that need an installed one directly. */
  directDependents(installed: LocalPackage): LocalPackage[] {
    return this.#db.dependentsOf(installed.fullName).flatMap((name) => this.#db.localFull(name) ?? []);
  }

  /** Full names of the installed packages that an installed one needs directly. */
  installedDependencies(fullName: string): readonly string[] {
    return this.#db.dependenciesOf(fullName);
  }

  isAvailable({ name, fullName, fileSize }: RemotePackage): boolean {
    return fileSize !== undefined && fileSize > 0n && this.#preferences.allows(name, fullName);
  }

  #highest(candidates: readonly RemotePackage[]): RemotePackage | undefined {
    let best: RemotePackage | undefined;
    for (const candidate of candidates) {
      if (!this.isAvailable(candidate)) continue;
      if (best === undefined || isBetter(candidate, best)) best = candidate;
    }
    return best;
  }

  /** What a pattern matches that does not tell what names to look under: those that its beginning allows. */
  #matchingAnyName(pattern: string): readonly RemotePackage[] {
    const beginning = pattern.slice(0, Math.max(0, pattern.search(SPECIAL)));
    if (beginning === "") return this.#db.remoteMatching(pattern);
    // A full name that begins so has a name that does, or one that ends where the beginning has a dash.
    const shorter = [...beginning.matchAll(/-/g)].map(({ index }) => beginning.slice(0, index));
    const names = [...shorter, ...this.#namesFrom(beginning)];
    return names
      .flatMap((name) => this.remoteNamed(name))
      .filter(({ fullName }) => matches(pattern, fullName));
  }

  #namesFrom(beginning: string): string[] {
    const sql = "SELECT DISTINCT PKGNAME FROM remote_pkg WHERE PKGNAME >= ? AND PKGNAME < ?";
    const rows = this.#db.connection.prepare(sql).raw().all(beginning, `${beginning}\u{10ffff}`);
    return (rows as [string][]).map(([name]) => name);
  }
}

/** Of equal versions the name that sorts first wins, as in pkgsrc's tools. */
function isBetter(candidate: RemotePackage, best: RemotePackage): boolean {
  const order = compareVersions(candidate.version, best.version);
  return order > 0 || (order === 0 && candidate.fullName < best.fullName);
}
