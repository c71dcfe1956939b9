import { patternBases } from "pkg-pattern";
import { isMatch, unlessMalformed } from "./match.ts";
import type { Incoming, Outgoing } from "./plan.ts";
import type { Resolver } from "./resolver.ts";

/**
 * Finds the installed packages that declare a conflict with something that comes in.
 *
 * One that is itself replaced by another version in the same transaction is left to that version.
 */
export function conflictingPackages(resolver: Resolver, incoming: readonly Incoming[]): Outgoing[] {
  const arriving = new Map(incoming.map(({ remote }) => [remote.name, remote.fullName]));
  const outgoing = new Map<string, Outgoing>();
  for (const { installed, pattern } of resolver.installedConflicts()) {
    if (arriving.has(installed.name)) continue;
    const causes = candidates(pattern, arriving).filter((fullName) => isMatch(pattern, fullName));
    if (causes.length === 0) continue;
    const known = outgoing.get(installed.fullName);
    const remote = known === undefined ? resolver.upgradeOf(installed) : known.remote;
    const all = [...new Set([...(known?.causes ?? []), ...causes])];
    outgoing.set(installed.fullName, { installed, reason: "conflict", remote, causes: all });
  }
  return [...outgoing.values()];
}

/** The full names that a pattern may match. */
function candidates(pattern: string, arriving: ReadonlyMap<string, string>): string[] {
  const bases = unlessMalformed([], () => patternBases(pattern));
  return bases === undefined ? [...arriving.values()] : bases.flatMap((base) => arriving.get(base) ?? []);
}
