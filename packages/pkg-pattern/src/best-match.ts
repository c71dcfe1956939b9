import { alternates } from "./alternates.ts";
import { matchesPlain } from "./matches.ts";
import { splitName } from "./name.ts";
import { compareVersions } from "./version.ts";

/**
 * Finds the name with the highest version among those that match a pattern.
 *
 * Of equal versions the name that sorts first by its bytes wins; bases are not compared.
 *
 * @returns undefined where nothing matches
 * @throws PatternError for a `{` without its `}`
 */
export function bestMatch(pattern: string, pkgnames: Iterable<string>): string | undefined {
  const spellings = [...alternates(pattern)];
  let best: string | undefined;
  for (const pkgname of pkgnames) {
    if (!spellings.some((spelling) => matchesPlain(spelling, pkgname))) continue;
    if (best === undefined || isBetter(pkgname, best)) best = pkgname;
  }
  return best;
}

function isBetter(pkgname: string, best: string): boolean {
  const order = compareVersions(splitName(pkgname).version ?? "", splitName(best).version ?? "");
  if (order !== 0) return order > 0;
  return Buffer.compare(Buffer.from(pkgname), Buffer.from(best)) < 0;
}
