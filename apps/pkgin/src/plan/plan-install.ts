import { conflictingPackages } from "./conflicts.ts";
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
  return { incoming, outgoing: conflictingPackages(resolver, incoming), unavailable };
}

/**
 * An upgraded package may be built against newer libraries, and what is installed may need rebuilding against it, so
 * from every upgrade on, missing dependencies and the upgrades of direct dependents are drawn in, again and again.
 */
function drawInAffected(selection: Selection, resolver: Resolver): void {
  const queue = selection.active.filter(({ action }) => action === "upgrade");
  for (const entry of queue) {
    for (const remote of resolver.dependencies(entry.remote)) {
      if (selection.has(remote.name) || resolver.actionFor(remote) === "refresh") continue;
      const added = selection.add(remote, entry.level + 1);
      if (added.action !== undefined) queue.push(added);
    }
    if (entry.action !== "upgrade" || entry.installed === undefined) continue;
    for (const dependent of resolver.directDependents(entry.installed)) {
      const candidate = selection.has(dependent.name) ? undefined : resolver.upgradeOf(dependent);
      if (candidate === undefined) continue;
      const added = selection.add(candidate, entry.level - 1);
      if (added.action !== undefined) queue.push(added);
    }
  }
}
