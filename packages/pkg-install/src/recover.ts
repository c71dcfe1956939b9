import { hasLock, lockPkgdb } from "./transaction/lock.ts";
import { hasJournal } from "./transaction/journal.ts";
import { recoverLocked } from "./transaction/recover.ts";
import type { RecoverOptions, Recovery } from "./options.ts";

/**
 * Finishes or takes back a change of a PKG_DBDIR that was cut off, by a kill or a power cut; installing, replacing and
 * removing do this first of themselves, and tell it as a warning.
 *
 * @returns what was done, or undefined where nothing was to be done
 * @throws PkgInstallError where another process is changing the PKG_DBDIR, or something cannot be put back; then the journal
 *   stays for another attempt
 */
export async function recover(pkgdb: string, options: RecoverOptions = {}): Promise<Recovery | undefined> {
  if (!hasLock(pkgdb) && !hasJournal(pkgdb)) return undefined;
  const unlock = lockPkgdb(pkgdb);
  try {
    return await recoverLocked(pkgdb, options);
  } finally {
    unlock();
  }
}
