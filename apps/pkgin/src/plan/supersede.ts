import type { LocalPackage, RemotePackage } from "summary-to-sqlite";
import type { Outgoing } from "./plan.ts";
import type { Resolver } from "./resolver.ts";

/** What others replace under a new name. */
export interface Superseded {
  readonly outgoing: readonly Outgoing[];
  /** What comes for it, each once. */
  readonly replacements: readonly { readonly remote: RemotePackage; readonly keep: boolean }[];
  /** By their names: automatic packages that are there already, and are now wanted in the place of what goes. */
  readonly heirs: ReadonlyMap<string, LocalPackage>;
}

/**
 * Finds packages that others replace under a new name: they go, and the best of the new name comes with their keep flag.
 *
 * @param only the installed packages that are meant, where not all are
 */
export function supersede(resolver: Resolver, only: readonly LocalPackage[] | undefined): Superseded {
  const meant = only && new Set(only.map(({ fullName }) => fullName));
  const outgoing = new Map<string, Outgoing>();
  const replacements = new Map<string, { remote: RemotePackage; keep: boolean }>();
  const heirs = new Map<string, LocalPackage>();
  const isLeaving = ({ fullName }: LocalPackage) => outgoing.has(fullName);
  for (const { remote, pattern } of resolver.superseding()) {
    const present = resolver.installed(remote.name);
    // Two that supersede each other must not both go.
    if (present !== undefined && isLeaving(present)) continue;
    for (const installed of resolver.installedMatching(pattern)) {
      const isMeant = meant === undefined || meant.has(installed.fullName);
      if (installed.name === remote.name || isLeaving(installed) || !isMeant) continue;
      const replacement = present === undefined ? resolver.best(remote.name) : undefined;
      // Without anything to take its place, a package is better left than lost.
      if (replacement === undefined && present === undefined) continue;
      outgoing.set(installed.fullName, {
        installed,
        reason: "superseded",
        remote: resolver.upgradeOf(installed),
        causes: replacement === undefined ? [] : [replacement.fullName],
      });
      if (replacement !== undefined) {
        const keep = installed.keep || (replacements.get(remote.name)?.keep ?? false);
        replacements.set(remote.name, { remote: replacement, keep });
      } else if (present !== undefined && installed.keep && !present.keep) {
        heirs.set(present.name, present);
      }
    }
  }
  return { outgoing: [...outgoing.values()], replacements: [...replacements.values()], heirs };
}
