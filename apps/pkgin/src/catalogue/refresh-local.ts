import { statSync } from "node:fs";
import type { Context } from "../context.ts";

/** How the installed packages are read again. */
export interface LocalRefreshOptions {
  /** Also when nothing has changed since they were last read. */
  readonly force: boolean;
  /** Tells that it is done. */
  readonly verbose: boolean;
}

/** Reads what is installed into the catalogue, if PKG_DBDIR has changed since that was last done. */
export async function refreshLocal(context: Context, { force, verbose }: LocalRefreshOptions): Promise<void> {
  const { db, output } = context;
  const stamp = directoryStamp(context.locations.pkgdb);
  const known = db.pkgdbStamp();
  const isSame = stamp?.seconds === known?.seconds && stamp?.nanoseconds === known?.nanoseconds;
  if ((isSame && !force) || (stamp === undefined && known === undefined)) return;
  if (verbose) output.out("reading local summary...\n");
  // The time is taken before the packages are read: what changes meanwhile is seen at the next run.
  const installed = stamp === undefined ? [] : await (await context.backend()).installedPackages();
  if (verbose) output.out("processing local summary...\n");
  for (const { fullName, pattern } of db.replaceLocal(installed, stamp, { anew: force })) {
    output.err(`pkgin: Dependency ${pattern} of ${fullName} unresolved\n`);
  }
}

/** When an entry was last added to a directory or taken from it; undefined where there is no such directory. */
function directoryStamp(path: string): { seconds: number; nanoseconds: number } | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return {
    seconds: Number(found.mtimeNs / 1_000_000_000n),
    nanoseconds: Number(found.mtimeNs % 1_000_000_000n),
  };
}
