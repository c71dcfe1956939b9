import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { isSystemError, writeError } from "../errors.ts";
import type { ChangeOptions } from "../options.ts";
import { lockPkgdb } from "../transaction/lock.ts";
import { recoverLocked } from "../transaction/recover.ts";

/**
 * Runs something that changes a PKG_DBDIR while no other process does, and after what was cut off there has been finished
 * or taken back.
 *
 * A PKG_DBDIR that was not there goes again when nothing came into it.
 *
 * @throws PkgInstallError where it cannot be made, or another process is changing it; the signal's reason where it is aborted
 */
export async function changing<Result>(options: ChangeOptions, body: () => Promise<Result>): Promise<Result> {
  const { pkgdb, onWarning, signal } = options;
  signal?.throwIfAborted();
  const made = missingDirectories(pkgdb);
  for (const directory of made.toReversed()) makeDirectory(directory);
  const unlock = lockPkgdb(pkgdb);
  try {
    const recovery = await recoverLocked(pkgdb, options);
    if (recovery !== undefined) onWarning?.(recovery.message);
    return await body();
  } finally {
    unlock();
    removeUnused(made);
  }
}

function missingDirectories(path: string): readonly string[] {
  return existsSync(path) ? [] : [path, ...missingDirectories(dirname(path))];
}

/** Not the one call that makes all of them: where the system knows of no reason, such as in /proc, that tries for ever. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw writeError(error, { place: path });
  }
}

function removeUnused(directories: readonly string[]): void {
  try {
    for (const directory of directories) rmdirSync(directory);
  } catch (error) {
    if (!isSystemError(error, "ENOTEMPTY", "EEXIST", "ENOENT")) throw error;
  }
}
