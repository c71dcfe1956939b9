import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Catalogue, CatalogueError, openCatalogue } from "summary-to-sqlite";
import type { Setting } from "../context.ts";
import { explainDamage } from "./catalogue-damage.ts";
import { FatalError } from "../fatal-error.ts";

/** Of the catalogues of other repositories, those that were used last are kept, as the next run may want them. */
const OTHERS_KEPT = 4;

/** How the catalogue is opened. */
export interface DatabaseAccess {
  /** It can be changed by this user. */
  readonly isWritable: boolean;
  /** What cannot be used of it is put aside, even if it does not look like a catalogue. */
  readonly replaces: boolean;
}

/**
 * Opens the catalogue; one that is damaged so that it cannot be opened is put aside by itself, which is told.
 *
 * @throws FatalError where the file is no catalogue, or is not there and cannot be made
 */
export function openDatabase(
  { locations: { database, home }, options, output }: Pick<Setting, "locations" | "options" | "output">,
  { isWritable, replaces }: DatabaseAccess,
): Catalogue {
  if (!isWritable && !existsSync(database)) throw notMade(home, options.repositories.length > 0);
  try {
    const db = openCatalogue(database, { readOnly: !isWritable, replaceForeign: replaces });
    if (db.replaced?.endsWith(".damaged"))
      output.err(`pkgin: ${database} was damaged, and is now ${db.replaced}; it is made anew\n`);
    if (isWritable && options.repositories.length > 0) dropOthers(database);
    return db;
  } catch (error) {
    if (!(error instanceof CatalogueError && error.code === "ERR_CATALOGUE_FOREIGN"))
      throw explainDamage(error, database);
    throw new FatalError(
      `${database} is no catalogue of packages; pkgin -y doctor puts it aside and makes it anew`,
      { cause: error },
    );
  }
}

function notMade(home: string, isForOthers: boolean): FatalError {
  const what = isForOthers ? "--repository needs a catalogue of its own" : "there is no catalogue yet";
  return new FatalError(
    `${what}, and you may not write to ${home} to make one; pkgin --prefix DIR keeps everything below a directory of your own`,
  );
}

/** Removes the catalogues of other repositories that were not used for longest. One that is in use was used just now. */
function dropOthers(database: string): void {
  const directory = dirname(database);
  const now = new Date();
  utimesSync(database, now, now);
  const others = readdirSync(directory)
    .filter((name) => /^repository-[\da-f]+\.db$/.test(name) && name !== basename(database))
    .map((name) => join(directory, name))
    .map((path) => ({ path, used: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => b.used - a.used);
  for (const { path } of others.slice(OTHERS_KEPT))
    for (const part of ["", "-wal", "-shm"]) rmSync(path + part, { force: true });
}
