import { existsSync, renameSync } from "node:fs";
import { damageIn } from "../catalogue/catalogue-damage.ts";
import { openDatabase } from "../catalogue/open-database.ts";
import { refreshLocal } from "../catalogue/refresh-local.ts";
import { refreshRemote } from "../catalogue/refresh-remote.ts";
import type { Context } from "../context.ts";
import { Integrity } from "../integrity/integrity.ts";

/** What SQLite finds wrong with the catalogue's file; undefined where it is whole. */
export function damageOf({ db }: Context): string | undefined {
  try {
    const found = db.connection.pragma("quick_check(1)", { simple: true });
    // Where in the file is said before it on a line of its own.
    return found === "ok" ? undefined : String(found).split("\n").at(-1);
  } catch (error) {
    const damage = damageIn(error);
    if (damage === undefined) throw error;
    return damage;
  }
}

/**
 * Puts a damaged catalogue aside and reads everything again: what is installed and kept from PKG_DBDIR, the rest from the
 * repositories. What is held, and what was changed when, stands in files of its own.
 *
 * @returns the same context with the new catalogue, which is for the caller to close
 */
export async function rebuildCatalogue(context: Context): Promise<Context> {
  const { database } = context.locations;
  const aside = `${database}.damaged`;
  context.db.close();
  for (const part of ["-wal", "-shm", ""]) {
    if (existsSync(database + part)) renameSync(database + part, aside + part);
  }
  context.output.err(`pkgin: ${database} was damaged, and is now ${aside}; it is made anew\n`);
  const db = openDatabase(context, { isWritable: true, replaces: false });
  const anew = { ...context, db, integrity: new Integrity({ ...context, db }) };
  await readEverything(anew);
  return anew;
}

/** Fills a new catalogue; repositories that cannot be read are told of. */
export async function readEverything(context: Context): Promise<void> {
  const { db, options, repositories } = context;
  await refreshLocal(context, { force: true, verbose: true });
  db.setRepositories(repositories);
  const reachable = db.repositories().filter(({ url }) => !options.offline || url.startsWith("file:"));
  await refreshRemote(context, reachable, { force: true, verbose: true, goesOn: true });
}
