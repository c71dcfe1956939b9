import { conflictingPackages } from "./conflicts.ts";
import { drawInAffected } from "./draw-in-affected.ts";
import { inOrderOfRemoval } from "./order.ts";
import type { Plan, Unavailable } from "./plan.ts";
import type { Resolver } from "./resolver.ts";
import { Selection } from "./selection.ts";

/**
 * Plans an installation: what was asked for, all that it needs, and what has to be upgraded along.
 *
 * @param patterns package names, full names or patterns; what they name is kept for itself
 */
export function planInstall(resolver: Resolver, patterns: readonly string[]): Plan {
  const unavailable: Unavailable[] = [];
  const roots = patterns.flatMap((argument) => {
    const best = resolver.best(argument);
    if (best === undefined) unavailable.push({ argument, preferred: resolver.excludedBy(argument) });
    return best ?? [];
  });
  const selection = new Selection(resolver);
  selection.addWithDependencies(roots);
  for (const root of roots) {
    const entry = selection.get(root.name);
    if (entry !== undefined) entry.keep = true;
  }
  drawInAffected(selection, resolver);
  const incoming = selection.incoming();
  return { incoming, outgoing: inOrderOfRemoval(conflictingPackages(resolver, incoming)), unavailable };
}
