import { matches } from "pkg-pattern";
import type { Incoming, Outgoing } from "./plan.ts";
import type { Resolver } from "./resolver.ts";

/**
 * Finds the installed packages that declare a conflict with something that comes in.
 *
 * One that is itself replaced by another version in the same transaction is left to that version.
 */
export function conflictingPackages(resolver: Resolver, incoming: readonly Incoming[]): Outgoing[] {
  const arriving = new Set(incoming.map(({ remote }) => remote.name));
  const outgoing = new Map<string, Outgoing>();
  for (const { installed, pattern } of resolver.installedConflicts()) {
    if (arriving.has(installed.name) || outgoing.has(installed.fullName)) continue;
    const causes = incoming.map(({ remote }) => remote.fullName).filter((name) => matches(pattern, name));
    if (causes.length === 0) continue;
    const remote = resolver.upgradeOf(installed);
    outgoing.set(installed.fullName, { installed, reason: "conflict", remote, causes });
  }
  return [...outgoing.values()];
}
