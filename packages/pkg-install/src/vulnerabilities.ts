import { patternBases, splitName } from "pkg-pattern";
import { isMeant, patternFault } from "./patterns.ts";

/** A line of pkg-vulnerabilities, as `pkg-archive` reads it. */
export interface Vulnerability {
  /** Pattern of the packages that have it. */
  readonly pattern: string;
  /** Such as `remote-code-execution`; `eol` for what is no longer looked after. */
  readonly type: string;
  /** Where to read about it. */
  readonly url: string;
}

/** Which lines of pkg-vulnerabilities count. */
export interface VulnerabilityOptions {
  /** URLs of lines that do not count, as IGNORE_URL. Default: none. */
  readonly ignoredUrls?: readonly string[] | undefined;
  /** Whether packages that are no longer looked after are reported, as with CHECK_END_OF_LIFE=yes. Default: false. */
  readonly endOfLife?: boolean | undefined;
}

/** Finds what is known against a package, by its full name. */
export type VulnerabilityFinder = (pkgname: string) => readonly Vulnerability[];

/** Makes a function that finds what is known against a package; a line with a malformed pattern counts for none. */
export function vulnerabilityFinder(
  vulnerabilities: Iterable<Vulnerability>,
  { ignoredUrls = [], endOfLife = false }: VulnerabilityOptions = {},
): VulnerabilityFinder {
  const ignored = new Set(ignoredUrls);
  const byBase = new Map<string, Vulnerability[]>();
  const ofAnyBase: Vulnerability[] = [];
  for (const vulnerability of vulnerabilities) {
    const { pattern, type, url } = vulnerability;
    if (ignored.has(url) || (type === "eol" && !endOfLife) || patternFault(pattern) !== undefined) continue;
    for (const base of patternBases(pattern) ?? [undefined]) {
      const group = base === undefined ? ofAnyBase : (byBase.get(base) ?? []);
      group.push(vulnerability);
      if (base !== undefined) byBase.set(base, group);
    }
  }
  return (pkgname) => {
    const candidates = [...(byBase.get(splitName(pkgname).base) ?? []), ...ofAnyBase];
    return candidates.filter(({ pattern }) => isMeant(pattern, pkgname));
  };
}
