import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PackageReader } from "pkg-archive";
import type { Work } from "./work.ts";

/** Modes of metadata files that differ from the others'. */
const MODES: Readonly<Record<string, number>> = {
  "+CONTENTS": 0o644,
  "+INSTALL": 0o555,
  "+DEINSTALL": 0o555,
};
const READ_ONLY = 0o444;
const DIRECTORY = 0o755;

/** These are this system's to say, and not the package's. */
const NOT_TAKEN: ReadonlySet<string> = new Set(["+REQUIRED_BY", "+INSTALLED_INFO", "+MTREE_DIRS"]);

/** Makes the metadata directory of a package with its files in it, all at once. */
export function writeMetadata(pkgname: string, metadata: PackageReader["metadata"], work: Work): string {
  const directory = join(work.pkgdb, pkgname);
  const beside = work.transaction.staging.nameFor(directory);
  mkdirSync(beside);
  chmodSync(beside, DIRECTORY);
  for (const [name, bytes] of metadata) {
    if (NOT_TAKEN.has(name)) continue;
    const path = join(beside, name);
    writeFileSync(path, bytes);
    chmodSync(path, MODES[name] ?? READ_ONLY);
  }
  clearLeftOver(directory, work);
  work.transaction.move(beside, directory);
  return directory;
}

/** Other tools leave a directory without a packing list when they are interrupted; that is no package, and it is in the way. */
function clearLeftOver(directory: string, { transaction, warn }: Work): void {
  if (transaction.look(directory)?.isDirectory() !== true) return;
  if (!readdirSync(directory).every((name) => name.startsWith("+"))) return;
  warn(`${directory} was left by an installation that did not come to its end, and is replaced`);
  transaction.takeAway(directory);
}
