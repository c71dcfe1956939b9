import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../context.ts";
import type { Incoming, LackingLibraries, Plan, UnmetRequirement } from "../plan/plan.ts";

/** Finds the libraries of the system that incoming packages need and that are not there. */
export function unmetRequirements(
  { db, locations }: Context,
  incoming: readonly Incoming[],
): UnmetRequirement[] {
  const { prefix, destdir } = locations;
  return incoming.flatMap(({ remote }) =>
    db
      .remoteRequires(remote.id)
      // What is below the prefix comes with packages.
      .filter((file) => !file.startsWith(`${prefix}/`) && !existsSync(join(destdir, file)))
      .map((file) => ({ file, fullName: remote.fullName })),
  );
}

/**
 * Finds the libraries below the prefix that incoming packages need, and that are neither there nor in a package that comes or
 * stays. Where no incoming package is known to bring a library, the repositories do not tell of them, and nothing is found.
 */
export function lackingLibraries(
  { db, locations }: Context,
  { incoming, outgoing }: Plan,
): LackingLibraries[] {
  const { prefix, destdir } = locations;
  const isThere = (file: string) => lstatSync(join(destdir, file), { throwIfNoEntry: false }) !== undefined;
  const needs = incoming.map(({ remote: { id, fullName } }) => ({
    fullName,
    files: db.remoteRequires(id).filter((file) => file.startsWith(`${prefix}/`) && !isThere(file)),
  }));
  // What package files bring is not known.
  const isKnown = incoming.every(({ remote }) => remote.id > 0);
  if (!isKnown || needs.every(({ files }) => files.length === 0)) return [];
  const provided = new Set(incoming.flatMap(({ remote }) => db.remoteProvides(remote.id)));
  if (provided.size === 0) return [];
  const leaving = [...outgoing, ...incoming].flatMap(({ installed }) => installed?.fullName ?? []);
  const left = needs.flatMap(({ files }) => files).filter((file) => !provided.has(file));
  for (const file of left.length > 0 ? providedByOthers(db, left, leaving) : []) provided.add(file);
  return needs
    .map(({ fullName, files }) => ({ fullName, files: files.filter((file) => !provided.has(file)) }))
    .filter(({ files }) => files.length > 0);
}

/** Those of some files that installed packages list, but for those that leave. */
function providedByOthers(
  db: Context["db"],
  files: readonly string[],
  leaving: readonly string[],
): readonly string[] {
  const sql = `SELECT p.filename FROM local_provides p JOIN local_pkg l ON l.PKG_ID = p.pkg_id
    WHERE p.filename IN (SELECT value FROM json_each(?)) AND l.FULLPKGNAME NOT IN (SELECT value FROM json_each(?))`;
  const rows = db.connection.prepare(sql).raw().all(JSON.stringify(files), JSON.stringify(leaving));
  return (rows as [string][]).map(([file]) => file);
}
