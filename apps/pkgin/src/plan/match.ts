import { matches, PatternError } from "pkg-pattern";

/** Asks something about a pattern out of a package; one that is malformed matches nothing. */
export function unlessMalformed<T>(nothing: T, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof PatternError) return nothing;
    throw error;
  }
}

/** Whether a pattern out of a package matches a full name. */
export function isMatch(pattern: string, fullName: string): boolean {
  return unlessMalformed(false, () => matches(pattern, fullName));
}
