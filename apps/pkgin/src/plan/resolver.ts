import { compareVersions } from "pkg-pattern";
import type { Catalogue, LocalPackage, RemotePackage } from "summary-to-sqlite";
import type { Preferences } from "../config/preferred.ts";
import { decideAction } from "./action.ts";
import type { Action } from "./plan.ts";

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
  readonly #needsByPackage: Map<number, readonly RemotePackage[]> = new Map();
  readonly #installedByName: Map<string, LocalPackage | undefined> = new Map();

  constructor(db: Catalogue, preferences: Preferences) {
    this.#db = db;
    this.#preferences = preferences;
  }

  /** The available package of the highest version that matches a name, full name or pattern. */
  best(pattern: string): RemotePackage | undefined {
    if (!this.#bestByPattern.has(pattern)) {
      const best = this.#highest(this.#db.remoteMatching(pattern));
      this.#bestByPattern.set(pattern, best);
    }
    return this.#bestByPattern.get(pattern);
  }

  /** The pattern of preferred.conf that leaves nothing of what otherwise matches. */
  excludedBy(pattern: string): string | undefined {
    const excluded = this.#db
      .remoteMatching(pattern)
      .find(({ name, fullName }) => !this.#preferences.allows(name, fullName));
    return excluded && this.#preferences.patternFor(excluded.name);
  }

  /** What is to be done with an available package. */
  actionFor(remote: RemotePackage): Action | undefined {
    return decideAction(this.installed(remote.name), remote);
  }

  /** The available package of the highest version that has the same name and path as an installed one. */
  upgradeOf(installed: LocalPackage): RemotePackage | undefined {
    const sameName = this.#db.remoteNamed(installed.name);
    return this.#highest(sameName.filter(({ pkgPath }) => pkgPath === installed.pkgPath));
  }

  /** What a package needs directly, as far as it is available; each once. */
  dependencies(remote: RemotePackage): readonly RemotePackage[] {
    let needs = this.#needsByPackage.get(remote.id);
    if (needs === undefined) {
      const found = this.#db.remoteDependencies(remote.id).flatMap((pattern) => this.best(pattern) ?? []);
      needs = [...new Map(found.map((entry) => [entry.fullName, entry])).values()];
      this.#needsByPackage.set(remote.id, needs);
    }
    return needs;
  }

  /** The installed package of a name. */
  installed(name: string): LocalPackage | undefined {
    if (!this.#installedByName.has(name)) this.#installedByName.set(name, this.#db.localNamed(name)[0]);
    return this.#installedByName.get(name);
  }

  allInstalled(): readonly LocalPackage[] {
    return this.#db.localPackages();
  }

  installedMatching(pattern: string): readonly LocalPackage[] {
    return this.#db.localMatching(pattern);
  }

  /** Conflicts that installed packages declare. */
  installedConflicts(): readonly { readonly installed: LocalPackage; readonly pattern: string }[] {
    return this.#db.localConflicts();
  }

  /** Available packages that take the place of others. */
  superseding(): readonly { readonly remote: RemotePackage; readonly pattern: string }[] {
    return this.#db.superseding().filter(({ remote }) => this.#isAvailable(remote));
  }

  /** Installed packages that need an installed one directly. */
  directDependents(installed: LocalPackage): LocalPackage[] {
    return this.#db.dependentsOf(installed.fullName).flatMap((name) => this.#db.localFull(name) ?? []);
  }

  /** Full names of the installed packages that an installed one needs directly. */
  installedDependencies(fullName: string): readonly string[] {
    return this.#db.dependenciesOf(fullName);
  }

  #highest(candidates: readonly RemotePackage[]): RemotePackage | undefined {
    let best: RemotePackage | undefined;
    for (const candidate of candidates) {
      if (!this.#isAvailable(candidate)) continue;
      if (best === undefined || isBetter(candidate, best)) best = candidate;
    }
    return best;
  }

  #isAvailable({ name, fullName, fileSize }: RemotePackage): boolean {
    return fileSize !== undefined && fileSize > 0n && this.#preferences.allows(name, fullName);
  }
}

/** Of equal versions the name that sorts first wins, as in pkgsrc's tools. */
function isBetter(candidate: RemotePackage, best: RemotePackage): boolean {
  const order = compareVersions(candidate.version, best.version);
  return order > 0 || (order === 0 && candidate.fullName < best.fullName);
}
