import { join } from "node:path";
import { packageFinder } from "../patterns.ts";
import { readLines, replaceFile, REQUIRED_BY } from "./files.ts";
import { type InstalledPackage, installedPackage, installedPackages } from "./installed-packages.ts";

/** A dependency that no installed package satisfies. */
export interface Unresolved {
  /** The package that has it. */
  readonly pkgname: string;
  readonly pattern: string;
}

/** The text of a +REQUIRED_BY with these names; undefined where there are none, and so the file is not to be. */
export function requiredByText(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.map((name) => `${name}\n`).join("");
}

/** A dependency, and what satisfies it. */
export interface Dependency {
  readonly pattern: string;
  /** The best of the installed packages that satisfy it; undefined where there is none. */
  readonly satisfiedBy: string | undefined;
}

/** Who needs whom. */
export interface References {
  /** For each installed package the names of those that need it. */
  readonly dependents: ReadonlyMap<InstalledPackage, ReadonlySet<string>>;
  readonly unresolved: readonly Unresolved[];
}

/**
 * Tells what an installed package needs, and which packages satisfy that; who needs a package is in its `requiredBy`.
 *
 * @throws PkgInstallError where it is not installed
 */
export function dependenciesOf(pkgdb: string, pkgname: string): readonly Dependency[] {
  const { dependencies } = installedPackage(pkgdb, pkgname);
  const find = packageFinder(installedPackages(pkgdb).map(({ name }) => name));
  return dependencies.map((pattern) => ({ pattern, satisfiedBy: find(pattern) }));
}

/** Finds from the packing lists who needs whom. */
export function referencesOf(pkgdb: string): References {
  const installed = installedPackages(pkgdb);
  const byName = new Map(installed.map((each) => [each.name, new Set<string>()]));
  const find = packageFinder([...byName.keys()]);
  const unresolved: Unresolved[] = [];
  for (const { name, dependencies } of installed) {
    for (const pattern of dependencies) {
      const best = find(pattern);
      if (best === undefined) unresolved.push({ pkgname: name, pattern });
      else byName.get(best)?.add(name);
    }
  }
  return {
    dependents: new Map(installed.map((each) => [each, byName.get(each.name) ?? new Set()])),
    unresolved,
  };
}

/**
 * Makes every +REQUIRED_BY anew from the packing lists.
 *
 * @returns the dependencies that no installed package satisfies
 */
export function rebuildRequiredBy(pkgdb: string): readonly Unresolved[] {
  const { dependents, unresolved } = referencesOf(pkgdb);
  for (const [{ directory }, names] of dependents) rewrite(directory, [...names]);
  return unresolved;
}

function rewrite(directory: string, names: readonly string[]): void {
  const path = join(directory, REQUIRED_BY);
  const isSame = readLines(path).join("\n") === names.join("\n");
  if (!isSame) replaceFile(path, requiredByText(names));
}
