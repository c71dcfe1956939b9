import { bestMatchFinder, matches, PatternError, patternBases } from "pkg-pattern";

/** Makes a function that finds the best of these packages for a pattern; a malformed pattern finds none. */
export function packageFinder(names: readonly string[]): (pattern: string) => string | undefined {
  const find = bestMatchFinder(names);
  return (pattern) => tolerating(undefined, () => find(pattern));
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
