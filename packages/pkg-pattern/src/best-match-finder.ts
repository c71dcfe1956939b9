import { patternBases } from "./base.ts";
import { bestMatch } from "./best-match.ts";
import { splitName } from "./name.ts";

/**
 * Makes a function that does what `bestMatch` does among the same names again and again: it looks only at names of the bases that
 * a pattern has, and at each pattern once.
 *
 * What is remembered are the names and one answer for each different pattern.
 *
 * @returns a function that throws as `bestMatch` does
 */
export function bestMatchFinder(pkgnames: Iterable<string>): (pattern: string) => string | undefined {
  const all = [...pkgnames];
  const byBase = new Map<string, string[]>();
  for (const pkgname of all) {
    const { base } = splitName(pkgname);
    const versions = byBase.get(base);
    if (versions === undefined) byBase.set(base, [pkgname]);
    else versions.push(pkgname);
  }
  const found = new Map<string, string | undefined>();
  return (pattern) => {
    if (!found.has(pattern)) {
      const named = patternBases(pattern)?.flatMap((base) => byBase.get(base) ?? []);
      found.set(pattern, bestMatch(pattern, named ?? all));
    }
    return found.get(pattern);
  };
}
