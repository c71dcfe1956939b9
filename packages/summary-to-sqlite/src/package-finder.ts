import { bestMatch, patternBases } from "pkg-pattern";
import { unlessMalformed } from "./candidates.ts";
import type { PackageRow } from "./packages.ts";

/** Makes a function that finds the full name of the best of these packages for a pattern, and looks for each pattern once. */
export function packageFinder(packages: readonly PackageRow[]): (pattern: string) => string | undefined {
  const all = packages.map(({ fullName }) => fullName);
  const byName = new Map<string, string[]>();
  for (const { name, fullName } of packages) {
    const versions = byName.get(name);
    if (versions === undefined) byName.set(name, [fullName]);
    else versions.push(fullName);
  }
  const found = new Map<string, string | undefined>();
  const find = (pattern: string): string | undefined => {
    const named = patternBases(pattern)?.flatMap((base) => byName.get(base) ?? []);
    return bestMatch(pattern, named ?? all);
  };
  return (pattern) => {
    if (!found.has(pattern))
      found.set(
        pattern,
        unlessMalformed(() => find(pattern)),
      );
    return found.get(pattern);
  };
}
