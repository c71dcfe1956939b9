import type { Resolver } from "./resolver.ts";
import type { Selection } from "./selection.ts";

/**
 * An upgraded package may be built against newer libraries, and what is installed may need rebuilding against it, so
 * from every upgrade on, missing dependencies and the upgrades of direct dependents are drawn in, again and again.
 */
export function drawInAffected(selection: Selection, resolver: Resolver): void {
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
