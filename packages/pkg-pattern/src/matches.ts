import { alternates } from "./alternates.ts";
import { inRange } from "./dewey-range.ts";
import { globMatches } from "./glob.ts";

/**
 * Tells whether a package name matches a pattern, as pkgsrc's tools do.
 *
 * `{a,b}` writes alternatives, `<`, `<=`, `>`, `>=` a range of versions, `*`, `?` and `[...]` a file name pattern; anything
 * else is the full name, or the name of any version: `foo` matches `foo-1.2` but not `foo-bar-1`.
 *
 * @throws PatternError for a `{` without its `}`
 */
export function matches(pattern: string, pkgname: string): boolean {
  if (!pattern.includes("{")) return plainMatcher(pattern)(pkgname);
  for (const spelling of alternates(pattern)) {
    if (plainMatcher(spelling)(pkgname)) return true;
  }
  return false;
}

/** Makes what tells whether a name matches a pattern without alternatives. */
export function plainMatcher(pattern: string): (pkgname: string) => boolean {
  if (/[<>]/.test(pattern)) return (pkgname) => inRange(pattern, pkgname);
  const special = pattern.search(/[*?[\]\\]/);
  const beginning = special < 0 ? pattern : pattern.slice(0, special);
  const anyVersion = `${pattern}-[0-9]*`;
  return (pkgname) => {
    // Nearly all names differ from nearly all patterns before anything special comes.
    if (!pkgname.startsWith(beginning)) return false;
    if (pattern === pkgname) return true;
    if (special >= 0 && globMatches(pattern, pkgname)) return true;
    return globMatches(anyVersion, pkgname);
  };
}
