import { MalformedError } from "../errors.ts";
import type { Vulnerability } from "./vulnerabilities.ts";

/** How packages are held against the list. */
export interface AuditOptions {
  /** Tells whether a full name matches a pattern, as for dependencies. */
  matches(pattern: string, pkgname: string): boolean;
  /**
   * Tells the names without versions that a pattern can match, or undefined where it leaves them open. With it only a few
   * patterns are compared with each package.
   */
  patternBases?(pattern: string): readonly string[] | undefined;
  /** Entries about these addresses do not count (IGNORE_URL of pkg_install.conf). */
  readonly ignoredUrls?: Iterable<string> | undefined;
  /** Whether packages that are no longer looked after count (CHECK_END_OF_LIFE). Default: no. */
  readonly endOfLife?: boolean | undefined;
}

/**
 * Prepares the entries of pkg-vulnerabilities for many packages.
 *
 * @returns a function that tells which entries are about a package, by its full name, in the order of the list
 * @throws MalformedError, now or then, for an entry whose pattern the caller's functions cannot take
 */
export function createAudit(
  entries: Iterable<Vulnerability>,
  options: AuditOptions,
): (pkgname: string) => readonly Vulnerability[] {
  const ignored = new Set(options.ignoredUrls);
  const counted = [...entries].filter(
    ({ type, url }) => !ignored.has(url) && (type !== "eol" || options.endOfLife === true),
  );
  const { byBase, others } = indexByBase(counted, options);
  return (pkgname) => {
    const base = pkgname.slice(0, Math.max(pkgname.lastIndexOf("-"), 0));
    const candidates = [...(byBase.get(base) ?? []), ...others].toSorted((a, b) => a - b);
    return candidates
      .flatMap((index) => counted[index] ?? [])
      .filter((entry) => explained(entry, () => options.matches(entry.pattern, pkgname)));
  };
}

/** Where entries stand, by the bases that they are about; others can be about any. */
interface Index {
  readonly byBase: ReadonlyMap<string, readonly number[]>;
  readonly others: readonly number[];
}

function indexByBase(entries: readonly Vulnerability[], { patternBases }: AuditOptions): Index {
  const byBase = new Map<string, number[]>();
  const others: number[] = [];
  entries.forEach((entry, index) => {
    const bases = explained(entry, () => patternBases?.(entry.pattern));
    if (bases === undefined) others.push(index);
    for (const base of bases ?? []) {
      const indexes = byBase.get(base);
      if (indexes === undefined) byBase.set(base, [index]);
      else indexes.push(index);
    }
  });
  return { byBase, others };
}

function explained<T>({ pattern }: Vulnerability, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    const reason = (error as Error).message;
    throw new MalformedError(
      `pkg-vulnerabilities: the pattern ${JSON.stringify(pattern)} cannot be used: ${reason}`,
      error,
    );
  }
}
