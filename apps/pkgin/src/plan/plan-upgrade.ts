import { decideAction } from "./action.ts";
import { conflictingPackages } from "./conflicts.ts";
import type { Outgoing, Plan } from "./plan.ts";
import type { Resolver } from "./resolver.ts";
import { Selection } from "./selection.ts";

/** Plans the upgrade of everything that is installed, with what the new versions need. */
export function planUpgrade(resolver: Resolver): Plan {
  const selection = new Selection(resolver);
  const { outgoing, replacements } = supersede(resolver);
  const leaving = new Set(outgoing.map(({ installed }) => installed.fullName));
  const roots = resolver.perhapsOutdated().flatMap((installed) => {
    const candidate = leaving.has(installed.fullName) ? undefined : resolver.upgradeOf(installed);
    return candidate !== undefined && decideAction(installed, candidate) !== undefined ? candidate : [];
  });
  selection.addWithDependencies([...roots, ...replacements.map(({ remote }) => remote)]);
  for (const { remote, keep } of replacements) {
    const entry = selection.get(remote.name);
    if (entry !== undefined) entry.keep ||= keep;
  }
  const incoming = selection.incoming();
  const conflicts = conflictingPackages(resolver, incoming).filter(
    ({ installed }) => !leaving.has(installed.fullName),
  );
  return { incoming, outgoing: [...conflicts, ...outgoing], unavailable: [] };
}

/** Packages that others replace under a new name: they go, and the best of the new name comes with their keep flag. */
function supersede(resolver: Resolver) {
  const outgoing = new Map<string, Outgoing>();
  const replacements = new Map<string, { remote: NonNullable<Outgoing["remote"]>; keep: boolean }>();
  for (const { remote, pattern } of resolver.superseding()) {
    for (const installed of resolver.installedMatching(pattern)) {
      if (installed.name === remote.name || outgoing.has(installed.fullName)) continue;
      const replacement =
        resolver.installed(remote.name) === undefined ? resolver.best(remote.name) : undefined;
      // Without anything to take its place, a package is better left than lost.
      if (replacement === undefined && resolver.installed(remote.name) === undefined) continue;
      const causes = replacement === undefined ? [] : [replacement.fullName];
      outgoing.set(installed.fullName, {
        installed,
        reason: "superseded",
        remote: resolver.upgradeOf(installed),
        causes,
      });
      if (replacement === undefined) continue;
      const keep = installed.keep || (replacements.get(remote.name)?.keep ?? false);
      replacements.set(remote.name, { remote: replacement, keep });
    }
  }
  return { outgoing: [...outgoing.values()], replacements: [...replacements.values()] };
}
