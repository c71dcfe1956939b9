import { bestMatch, matches, PatternError, patternBases, splitName } from "pkg-pattern";

/** Makes a function that finds the best of these packages for a pattern, and looks for each once; a malformed pattern finds none. */
export function packageFinder(names: readonly string[]): (pattern: string) => string | undefined {
  const byBase = new Map<string, string[]>();
  for (const name of names) {
    const { base } = splitName(name);
    const versions = byBase.get(base);
    if (versions === undefined) byBase.set(base, [name]);
    else versions.push(name);
  }
  const find = (pattern: string): string | undefined =>
    tolerating(undefined, () => {
      const bases = patternBases(pattern);
      return bestMatch(pattern, bases?.flatMap((base) => byBase.get(base) ?? []) ?? names);
    });
  const found = new Map<string, string | undefined>();
  return (pattern) => {
    if (!found.has(pattern)) found.set(pattern, find(pattern));
    return found.get(pattern);
  };
}

/** Whether a package is one of those that a pattern means; a malformed pattern means none. */
export function isMeant(pattern: string, pkgname: string): boolean {
  return tolerating(false, () => matches(pattern, pkgname));
}

/** What is wrong with a pattern, if anything is. */
export function patternFault(pattern: string): string | undefined {
  try {
    patternBases(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function tolerating<Result>(fallback: Result, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    if (error instanceof PatternError) return fallback;
    throw error;
  }
}
