import type { LocalPackage } from "summary-to-sqlite";
import { dependenciesFirst } from "./order.ts";
import type { Resolver } from "./resolver.ts";

/**
 * Lists packages together with everything installed that needs them, what needs others before what it needs.
 *
 * @param packages what was asked to go
 */
export function planRemoval(resolver: Resolver, packages: readonly LocalPackage[]): LocalPackage[] {
  const byName = new Map<string, LocalPackage>();
  // One object for each package, so that identity is equality below.
  const once = (entry: LocalPackage) => {
    const known = byName.get(entry.fullName) ?? entry;
    byName.set(entry.fullName, known);
    return known;
  };
  return dependenciesFirst(packages.map(once), (entry) => resolver.directDependents(entry).map(once));
}

/**
 * Lists the packages that came as dependencies and that nothing kept needs any more, dependents first.
 *
 * @param isPreserved true for a package that must not be removed
 */
export function planAutoremove(
  resolver: Resolver,
  isPreserved: (entry: LocalPackage) => boolean,
): LocalPackage[] {
  const installed = resolver.allInstalled();
  const needed = new Set(installed.filter(({ keep }) => keep).map(({ fullName }) => fullName));
  // A set grows while it is walked, so this follows dependencies to the end.
  for (const fullName of needed) {
    for (const dependency of resolver.installedDependencies(fullName)) needed.add(dependency);
  }
  const orphans = installed.filter((entry) => !needed.has(entry.fullName) && !isPreserved(entry));
  const orphaned = new Map(orphans.map((entry) => [entry.fullName, entry]));
  return dependenciesFirst(orphans, (entry) =>
    resolver.directDependents(entry).flatMap(({ fullName }) => orphaned.get(fullName) ?? []),
  );
}
