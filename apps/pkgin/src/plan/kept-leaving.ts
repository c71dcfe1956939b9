import type { LocalPackage } from "summary-to-sqlite";
import type { Outgoing } from "./plan.ts";

/** What the user keeps and would lose to others that come in; what others replace under a new name is not lost. */
export function keptLeaving(outgoing: readonly Outgoing[]): Outgoing[] {
  return outgoing.filter(({ installed, reason }) => installed.keep && reason === "conflict");
}

/** What the user keeps and would lose with the packages that he has named. */
export function keptBeyond(
  named: readonly LocalPackage[],
  leaving: readonly LocalPackage[],
): readonly LocalPackage[] {
  const names = new Set(named.map(({ fullName }) => fullName));
  return leaving.filter(({ fullName, keep }) => keep && !names.has(fullName));
}
