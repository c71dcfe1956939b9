import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Incoming } from "../incoming.ts";
import type { Work } from "./work.ts";

/** Modes of metadata files that differ from the others'. */
const MODES: Readonly<Record<string, number>> = {
  "+CONTENTS": 0o644,
  "+INSTALL": 0o555,
  "+DEINSTALL": 0o555,
  "+REQUIRED_BY": 0o644,
  "+INSTALLED_INFO": 0o644,
};
const READ_ONLY = 0o444;

/** These are this system's to say, and not the package's. */
const NOT_TAKEN: ReadonlySet<string> = new Set(["+REQUIRED_BY", "+INSTALLED_INFO", "+MTREE_DIRS"]);

/** Makes the metadata directory of a package and puts its files there. */
export function writeMetadata(pkgname: string, metadata: Incoming["metadata"], work: Work): string {
  const directory = join(work.pkgdb, pkgname);
  work.transaction.makeTree(directory);
  for (const [name, bytes] of metadata) {
    if (NOT_TAKEN.has(name)) continue;
    const path = join(directory, name);
    writeFileSync(path, bytes);
    chmodSync(path, MODES[name] ?? READ_ONLY);
  }
  return directory;
}
