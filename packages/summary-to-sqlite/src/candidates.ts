import { compareVersions, matches, patternBases, PatternError } from "pkg-pattern";
import type { PackageRow } from "./packages.ts";

/** Where to look for the packages that a pattern may match. */
export interface Lookup<T> {
  /** Those of this name. */
  named(name: string): readonly T[];
  /** Those of this full name, of this name, or with this and then `-` and a digit at the beginning of their name. */
  beginning(text: string): readonly T[];
  /** Those of these names, and those whose name begins with this text. */
  startingWith(text: string, names: readonly string[]): readonly T[];
  /** Those whose full name passes the test. */
  where(test: (fullName: string) => boolean): readonly T[];
}

/** Finds the packages that match a pattern, looking at as few as the pattern allows; by name, then highest version first. */
export function matching<T extends PackageRow>(pattern: string, lookup: Lookup<T>): readonly T[] {
  const isMatch = (fullName: string) => matches(pattern, fullName);
  return candidates(pattern, lookup, isMatch)
    .filter(({ fullName }) => isMatch(fullName))
    .toSorted(byNameThenHighest);
}

/** Asks something about a pattern out of a package, of which one that is malformed matches nothing. */
export function unlessMalformed<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

/** Orders packages by name, of one name the highest version first. */
export function byNameThenHighest(a: PackageRow, b: PackageRow): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return compareVersions(b.version, a.version) || byFullName(a, b);
}

/** Orders packages by full name, in byte order. */
export function byFullName(a: PackageRow, b: PackageRow): number {
  if (a.fullName === b.fullName) return 0;
  return a.fullName < b.fullName ? -1 : 1;
}

function candidates<T>(
  pattern: string,
  lookup: Lookup<T>,
  isMatch: (fullName: string) => boolean,
): readonly T[] {
  const bases = patternBases(pattern);
  if (bases !== undefined) return bases.flatMap((base) => lookup.named(base));
  // Without any character of another meaning it is a full name, or a name for which every version will do.
  const literal = /^[^*?[\]{}<>\\]*/.exec(pattern)?.[0] ?? "";
  if (literal === pattern) return lookup.beginning(pattern);
  return literal === "" ? lookup.where(isMatch) : lookup.startingWith(literal, namesBefore(literal));
}

/** The names with which a full name that begins with this text can end its name within it: the text up to each of its dashes. */
function namesBefore(text: string): string[] {
  return [...text.matchAll(/-/g)].map(({ index }) => text.slice(0, index));
}

/**
 * The condition, and its values, of `startingWith()` as the index of names can answer it.
 *
 * @param text not empty
 */
export function startingWith(text: string, names: readonly string[]): [string, ...string[]] {
  const after = text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);
  const condition = "AND (p.name >= ? AND p.name < ? OR p.name IN (SELECT value FROM json_each(?)))";
  return [condition, text, after, JSON.stringify(names)];
}
