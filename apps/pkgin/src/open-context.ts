import { accessSync, constants, existsSync } from "node:fs";
import type { Backend } from "./backend/backend.ts";
import { askPkgdb, findTools } from "./backend/find-tools.ts";
import { loadBackend } from "./backend/load-backend.ts";
import { openDatabase } from "./catalogue/open-database.ts";
import type { Locations } from "./config/locations.ts";
import { readMirrors } from "./config/mirrors.ts";
import { readPreferences } from "./config/preferred.ts";
import { configuredRepositories } from "./config/repositories.ts";
import type { Context, Setting } from "./context.ts";
import { FatalError } from "./fatal-error.ts";
import { Integrity } from "./integrity/integrity.ts";
import { makeDirectories, makeDirectory } from "./make-directories.ts";

/** A context, and what is known of the database before anything is done. */
export interface OpenedContext {
  readonly context: Context;
  /** There was no database before. */
  readonly isNew: boolean;
  /** The database can be changed by this user. */
  readonly isWritable: boolean;
}

/**
 * Opens all that a verb works with, and makes pkgin's own directories where they are missing.
 *
 * @throws FatalError when no repository is configured and one is needed, the tools cannot be used, or a directory or the database cannot be had
 */
export function openContext(
  setting: Setting,
  { needsRepository }: { readonly needsRepository: boolean },
): OpenedContext {
  const { command, options, environment, host } = setting;
  const tools = findTools(options, setting.locations, environment);
  const pkgdb = tools === undefined ? setting.locations.pkgdb : askPkgdb(tools);
  const locations = { ...setting.locations, pkgdb };
  const failure = makeOwnDirectories(locations);
  const named = options.repositories;
  // Where nothing is set up at all, how to begin is of more use than which directory is missing.
  const repositories = configuredRepositories({ named, environment, locations, host, needsRepository });
  if (failure !== undefined) throw failure;
  const isNew = !existsSync(locations.database);
  const isWritable = canWrite(locations.home);
  const replaces = command[0] === "doctor" && options.answers === "yes";
  const db = openDatabase({ ...setting, locations }, { isWritable, replaces });
  let backend: Promise<Backend> | undefined;
  const context: Context = {
    ...setting,
    locations,
    tools,
    repositories,
    mirrors: readMirrors(locations.repositoriesFile, host),
    preferences: readPreferences(locations.preferredFile),
    db,
    integrity: new Integrity({ ...setting, locations, tools, db }),
    backend: () => (backend ??= loadBackend({ ...setting, locations, tools })),
  };
  return { context, isNew, isWritable };
}

/** True unless the directory is there and this user may not write to it. */
export function canWrite(directory: string): boolean {
  if (!existsSync(directory)) return true;
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * On a system that is set up, the parent directory must be there; below a prefix of one's own all is made.
 *
 * @returns what went wrong
 */
function makeOwnDirectories({ home, cache, selfContained }: Locations): FatalError | undefined {
  for (const directory of [home, cache]) {
    if (existsSync(directory)) continue;
    try {
      if (selfContained) makeDirectories(directory);
      else makeDirectory(directory);
    } catch (error) {
      if (!(error instanceof FatalError)) throw error;
      const hint = "pkgin --prefix DIR keeps everything below a directory of your own.";
      return new FatalError(error.message, { cause: error.cause, ...(!selfContained && { hint }) });
    }
  }
  return undefined;
}
