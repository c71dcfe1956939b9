import { readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isSystemError, PkgInstallError, writeError } from "../errors.ts";
import { besidePkgdb } from "./beside-pkgdb.ts";
import { isRunning, processIdentity } from "./process-identity.ts";

const LOCK = ".lock";

/**
 * Makes sure that one process at a time changes a PKG_DBDIR; a lock whose process has ended is taken over.
 *
 * The lock is a symbolic link, because that appears together with what it says.
 *
 * @returns gives the lock back
 * @throws PkgInstallError where another process holds it, or it cannot be made
 */
export function lockPkgdb(pkgdb: string): () => void {
  const path = besidePkgdb(pkgdb, LOCK);
  const own = processIdentity(process.pid);
  while (!tryLock(path, own)) {
    const owner = ownerOfLock(path);
    if (owner === undefined) continue;
    if (isRunning(owner)) throw busy(pkgdb, owner);
    discard(path, { stale: owner, own });
  }
  sweep(path);
  return () => rmSync(path, { force: true });
}

/** Whether a process changes the PKG_DBDIR, or was killed while it did. */
export function hasLock(pkgdb: string): boolean {
  return ownerOfLock(besidePkgdb(pkgdb, LOCK)) !== undefined;
}

function tryLock(path: string, own: string): boolean {
  try {
    symlinkSync(own, path);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw writeError(error, { place: path });
  }
}

function ownerOfLock(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Only one process gets the stale lock by renaming it; a fresh one that another has made meanwhile goes back. */
function discard(path: string, { stale, own }: { stale: string; own: string }): void {
  const aside = `${path}.${own}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return;
    throw error;
  }
  if (readlinkSync(aside) === stale) rmSync(aside);
  else renameSync(aside, path);
}

/** Removes what processes have left that were killed while they discarded a lock. */
function sweep(path: string): void {
  const start = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(start) && !isRunning(name.slice(start.length)))
      rmSync(join(dirname(path), name), { force: true });
  }
}

function busy(pkgdb: string, owner: string): PkgInstallError {
  const [pid] = owner.split(":", 1);
  return new PkgInstallError(
    "ERR_PKGDB_BUSY",
    `${pkgdb} is being changed by process ${pid}; try again when that has ended`,
  );
}
