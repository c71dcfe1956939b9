import { compareVersions, matches, patternBases } from "pkg-pattern";
import type { PackageRow } from "./packages.ts";

/** Orders packages by name, of one name the highest version first. */
export function byNameThenHighest(a: PackageRow, b: PackageRow): number {
  if (a.name !== b.name) return compareBytes(a.name, b.name);
  return compareVersions(b.version, a.version) || compareBytes(a.fullName, b.fullName);
}

/** Compares text as SQLite does, by its bytes. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Where to look for the packages that a pattern may match. */
export interface Lookup<T> {
  /** By name without version. */
  named(name: string): readonly T[];
  /** Every full name with this beginning and then a digit, or this full name. */
  beginning(text: string): readonly T[];
  /** Those whose full name passes the test. */
  where(test: (fullName: string) => boolean): readonly T[];
}

/** Finds the packages that match a pattern, looking at as few as the pattern allows. */
export function matching<T extends PackageRow>(pattern: string, lookup: Lookup<T>): readonly T[] {
  const bases = patternBases(pattern);
  const isMatch = (fullName: string) => matches(pattern, fullName);
  let found: readonly T[];
  if (bases !== undefined)
    found = bases.flatMap((base) => lookup.named(base)).filter(({ fullName }) => isMatch(fullName));
  else if (/[*?[\]{}<>\\]/.test(pattern)) found = lookup.where(isMatch);
  else found = lookup.beginning(pattern).filter(({ fullName }) => isMatch(fullName));
  return found.toSorted(byNameThenHighest);
}
