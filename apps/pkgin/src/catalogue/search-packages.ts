import type { Catalogue, RemotePackage } from "summary-to-sqlite";
import { extendedRegexp } from "./extended-regexp.ts";

/** A regular expression of characters that all stand for themselves. */
const PLAIN = /^[\dA-Za-z-]+$/;

/**
 * Finds the remote packages whose name, full name or comment matches a POSIX extended regular expression, without regard to
 * case; by name, then the highest version first.
 *
 * @throws RegexpError
 */
export function searchPackages(db: Catalogue, wanted: string): readonly RemotePackage[] {
  const pattern = extendedRegexp(wanted);
  // Of a plain word the database itself finds where it may be.
  return db.searchRemote((text) => pattern.test(text), PLAIN.test(wanted) ? wanted : undefined);
}
