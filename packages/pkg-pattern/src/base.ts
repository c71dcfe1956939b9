import { alternates } from "./alternates.ts";

const GLOB = /[*?[\]]/;
const ANY_VERSION = "-[0-9]*";

/**
 * Tells the one base that names matching a pattern have, for use as the key of an index.
 *
 * @returns undefined where the pattern leaves it open (alternatives, other globs, plain names): look at all names then
 */
export function patternBase(pattern: string): string | undefined {
  return pattern.includes("{") ? undefined : plainBase(pattern);
}

/**
 * Tells every base that names matching a pattern can have; alternatives add theirs together.
 *
 * @returns undefined where at least one alternative leaves it open
 * @throws PatternError for a `{` without its `}`
 */
export function patternBases(pattern: string): readonly string[] | undefined {
  const bases = new Set<string>();
  for (const spelling of alternates(pattern)) {
    const base = plainBase(spelling);
    if (base === undefined) return undefined;
    bases.add(base);
  }
  return [...bases];
}

function plainBase(pattern: string): string | undefined {
  const operator = pattern.search(/[<>]/);
  if (operator < 0 && !pattern.endsWith(ANY_VERSION)) return undefined;
  const base = operator < 0 ? pattern.slice(0, -ANY_VERSION.length) : pattern.slice(0, operator);
  return GLOB.test(base) || base.includes("\\") ? undefined : base;
}
