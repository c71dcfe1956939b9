import { alternates } from "./alternates.ts";
import { plainMatcher } from "./matches.ts";
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
  const matchers = Array.from(alternates(pattern), plainMatcher);
  let best: string | undefined;
  for (const pkgname of pkgnames) {
    if (!matchers.some((matches) => matches(pkgname))) continue;
    if (best === undefined || isBetter(pkgname, best)) best = pkgname;
  }
  return best;
}

function isBetter(pkgname: string, best: string): boolean {
  const order = compareVersions(splitName(pkgname).version ?? "", splitName(best).version ?? "");
  if (order !== 0) return order > 0;
  return Buffer.compare(Buffer.from(pkgname), Buffer.from(best)) < 0;
}
