import { join } from "node:path";
import { decodeText, type PackageReader } from "pkg-archive";
import { CHANGEABLE, readLines, readText, REQUIRED_BY } from "../database/files.ts";
import { INSTALLED_INFO, withAutomatic } from "../database/installed-info.ts";
import type { InstalledPackage } from "../database/installed-packages.ts";
import { requiredByText } from "../database/required-by.ts";
import type { InstallOptions, InstallResult } from "../options.ts";
import { checkInstalled } from "./check-installed.ts";
import { checkPackage } from "./check-package.ts";
import { leadsThrough } from "./leads-through.ts";
import { LeavingLinks } from "./leaving-links.ts";
import { writeMetadata } from "./metadata.ts";
import { place } from "./place.ts";
import { type Retired, retire } from "./retire.ts";
import { PrefixGuard } from "./prefix-guard.ts";
import { isCaseBlind, refuseCaseCollisions } from "./safe-path.ts";
import { makeWay, removeEmpty } from "./take-away.ts";
import { unpack } from "./unpack.ts";
import { WaitingRoom } from "./waiting-room.ts";
import { transact, type Work } from "./work.ts";

/** A package that comes in, and the one that it takes the place of. */
export interface Change {
  readonly incoming: PackageReader;
  readonly old: InstalledPackage | undefined;
}

/** Installs a package, in the place of another or not, or changes nothing. */
export async function change({ incoming, old }: Change, options: InstallOptions): Promise<InstallResult> {
  const { packingList: contents, metadata } = incoming;
  const { pkgname, prefix } = contents;
  checkPackage(contents, metadataText(metadata, "+BUILD_INFO"), options);
  return transact(
    { action: old === undefined ? "install" : "replace", pkgname, prefix },
    options,
    async (work) => {
      const { transaction, destdir, pkgdb } = work;
      const needed = checkInstalled({ contents, old }, options, work);
      transaction.makeDirectories(destdir + prefix);
      transaction.flush();
      if (isCaseBlind(destdir + prefix)) refuseCaseCollisions(pkgname, pathsOf(contents));
      const guard = new PrefixGuard(pkgname, destdir + prefix, pkgdb);
      const room = new WaitingRoom(transaction, guard, old && new LeavingLinks(old, destdir));
      const { files, bytes } = await unpack(incoming, room, work);
      const replaced = new Set(old && pathsOf(contents));
      const retired = old && (await retire(old, { replaced }, work));
      const directory = writeMetadata(pkgname, metadata, work);
      const subject = { pkgname, prefix, directory };
      await work.runStage(subject, "PRE-INSTALL");
      if (retired !== undefined) makeWay(replaced, retired.directories, work);
      await place({ contents, room, guard, subject }, work);
      if (retired !== undefined) handOn(retired, { directory, replaced }, work);
      await work.runStage(subject, "POST-INSTALL");
      markAutomatic(directory, options.automatic, work);
      for (const name of needed) addDependent(name, pkgname, work);
      const display = metadataText(metadata, "+DISPLAY");
      return { pkgname, prefix, changed: true, files, bytes, display };
    },
  );
}

function* pathsOf({ prefix, files }: PackageReader["packingList"]): Generator<string> {
  for (const { path } of files) yield `${prefix}/${path}`;
}

/** Lets the new package have what the old one knew, and removes directories that only the old one used. */
function handOn(
  { directories, oldPrefix, handedOn }: Retired,
  { directory, replaced }: { directory: string; replaced: ReadonlySet<string> },
  work: Work,
): void {
  // Where there is a link now, what it leads to is not the old package's.
  const left = [...directories].filter((path) => !leadsThrough(path, replaced));
  removeEmpty(left, oldPrefix, work);
  for (const [file, text] of handedOn) work.transaction.write(join(directory, file), text, CHANGEABLE);
}

function markAutomatic(directory: string, automatic: boolean | undefined, { transaction }: Work): void {
  if (automatic === undefined) return;
  const path = join(directory, INSTALLED_INFO);
  transaction.flush();
  transaction.write(path, withAutomatic(readText(path), automatic), CHANGEABLE);
}

function addDependent(name: string, pkgname: string, { pkgdb, transaction }: Work): void {
  const path = join(pkgdb, name, REQUIRED_BY);
  const dependents = readLines(path);
  if (!dependents.includes(pkgname)) {
    transaction.write(path, requiredByText([...dependents, pkgname]), CHANGEABLE);
  }
}

function metadataText(metadata: PackageReader["metadata"], name: string): string | undefined {
  const bytes = metadata.get(name);
  return bytes && decodeText(bytes);
}
