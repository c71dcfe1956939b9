import { compareVersions } from "pkg-pattern";
import type { Catalogue, LocalPackage, RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { remoteHint } from "./suggest-remote.ts";
import { FatalError } from "../fatal-error.ts";
import { unlessMalformed } from "../plan/match.ts";

/**
 * Finds the remote package that a query names: by its full name, by its name, or by how its full name begins.
 *
 * The highest version counts. A version given in full is that version and not a revision of it.
 *
 * @param word such as `hello`, `hello-2.1` or `hello-2`
 */
export function findRemote(db: Catalogue, word: string): RemotePackage | undefined {
  if (!/-\d[^-]*$/.test(word)) return highest(db.remoteNamed(word));
  return db.remoteFull(word) ?? highest(db.remoteNamed(word)) ?? highest(beginningWith(db, word));
}

/**
 * As {@link findRemote}, for verbs that can do nothing without it.
 *
 * @throws FatalError where there is none
 */
export function requireRemote(context: Pick<Context, "db" | "output">, word: string): RemotePackage {
  const remote = findRemote(context.db, word);
  if (remote !== undefined) return remote;
  const hint = remoteHint(context, word);
  throw new FatalError(`${word} is not available in the repository\n`, {
    ...(hint !== undefined && { hint }),
  });
}

/** Finds the installed package that a name, full name or pattern means: the first that matches. */
export function findInstalled(db: Catalogue, pattern: string): LocalPackage | undefined {
  return allInstalled(db, pattern)[0];
}

/** As {@link findInstalled}, all of them; what is no pattern means none. */
export function allInstalled(db: Catalogue, pattern: string): readonly LocalPackage[] {
  return unlessMalformed([], () => db.localMatching(pattern));
}

/** The package of the highest version; of equal ones the first. */
export function highest<T extends { readonly version: string }>(packages: readonly T[]): T | undefined {
  return packages.reduce<T | undefined>(
    (best, next) => (best === undefined || compareVersions(next.version, best.version) > 0 ? next : best),
    undefined,
  );
}

function beginningWith(db: Catalogue, word: string): RemotePackage[] {
  const quoted = word.replaceAll(/[\\*?[\]{}]/g, String.raw`\$&`);
  return db
    .remoteMatching(`${quoted}*`)
    .filter(({ fullName }) => fullName.startsWith(word) && !fullName.startsWith(`${word}nb`));
}
