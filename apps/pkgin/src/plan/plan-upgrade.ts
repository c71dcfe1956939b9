import type { LocalPackage } from "summary-to-sqlite";
import { decideAction } from "./action.ts";
import { conflictingPackages } from "./conflicts.ts";
import { drawInAffected } from "./draw-in-affected.ts";
import { inOrderOfRemoval } from "./order.ts";
import type { Plan } from "./plan.ts";
import type { Resolver } from "./resolver.ts";
import { Selection } from "./selection.ts";
import { supersede } from "./supersede.ts";

/**
 * Plans the upgrade of what is installed, with what the new versions need.
 *
 * @param only where not everything is meant; then also what depends on an upgraded package is upgraded
 */
export function planUpgrade(resolver: Resolver, only?: readonly LocalPackage[]): Plan {
  const selection = new Selection(resolver);
  const { outgoing, replacements, heirs } = supersede(resolver, only);
  const leaving = new Set(outgoing.map(({ installed }) => installed.fullName));
  const roots = (only ?? resolver.perhapsOutdated()).flatMap((installed) => {
    const candidate = leaving.has(installed.fullName) ? undefined : resolver.upgradeOf(installed);
    return candidate !== undefined && decideAction(installed, candidate) !== undefined ? candidate : [];
  });
  selection.addWithDependencies([...roots, ...replacements.map(({ remote }) => remote)]);
  for (const { remote, keep } of replacements) {
    const entry = selection.get(remote.name);
    if (entry !== undefined) entry.keep ||= keep;
  }
  if (only !== undefined) drawInAffected(selection, resolver);
  const incoming = selection.incoming();
  const conflicts = conflictingPackages(resolver, incoming).filter(
    ({ installed }) => !leaving.has(installed.fullName),
  );
  return {
    incoming: incoming.map((entry) => ({ ...entry, keep: entry.keep || heirs.has(entry.remote.name) })),
    // What something needs that comes in has to stay, though it is superseded.
    outgoing: inOrderOfRemoval([
      ...conflicts,
      ...outgoing.filter(({ installed }) => !selection.has(installed.name)),
    ]),
    keeping: [...heirs.values()],
    unavailable: [],
  };
}
