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
  if (!PLAIN.test(wanted)) return db.searchRemote((text) => pattern.test(text));
  // Of a plain word the database itself finds where it may be, without making an object of every package.
  const sql =
    "SELECT DISTINCT PKGNAME FROM remote_pkg WHERE FULLPKGNAME LIKE ? OR COMMENT LIKE ? ORDER BY PKGNAME";
  const anywhere = `%${wanted}%`;
  const names = db.connection.prepare(sql).raw().all(anywhere, anywhere) as [string][];
  return names
    .flatMap(([name]) => db.remoteNamed(name))
    .filter(
      ({ fullName, comment }) => pattern.test(fullName) || (comment !== undefined && pattern.test(comment)),
    );
}
