import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PackageError } from "pkg-archive";
import {
  ByFileError,
  type InstalledPackage,
  installedPackages,
  PkgInstallError,
  readByFile,
  rebuildByFile,
  rebuildRequiredBy,
} from "pkg-install";
import type { Context } from "../context.ts";
import type { Finding } from "./finding.ts";

/** The marks of files and directories in PKG_DBDIR that are no packages and belong there. */
const OTHERS = /^(?:\.|pkgdb\.|pkg-vulnerabilities)/;

/** Looks at the records of the installed packages, and at what is derived from them. */
export function* checkPackages(context: Context): Generator<Finding> {
  const { pkgdb, destdir } = context.locations;
  if (!existsSync(pkgdb)) return;
  const installed = installedPackages(pkgdb);
  const names = new Set(installed.map(({ name }) => name));
  for (const entry of readdirSync(pkgdb)) {
    if (names.has(entry) || OTHERS.test(entry) || !lstatSync(join(pkgdb, entry)).isDirectory()) continue;
    const problem = `${join(pkgdb, entry)} is no package: it has no packing list`;
    yield { area: "packages", problem, repair: undefined };
  }
  const readable: InstalledPackage[] = [];
  for (const entry of installed) {
    const problem = unreadable(entry);
    if (problem === undefined) readable.push(entry);
    else yield { area: "packages", problem, repair: undefined };
  }
  // With records that cannot be read, what is derived from them cannot be made anew.
  if (readable.length < installed.length) return;
  yield* checkOwners(readable, { pkgdb, destdir });
  yield* checkDependents(context, readable);
}

function unreadable(entry: InstalledPackage): string | undefined {
  try {
    return entry.contents.pkgname === entry.name
      ? undefined
      : `${entry.directory} holds the records of ${entry.contents.pkgname}`;
  } catch (error) {
    if (error instanceof PkgInstallError || error instanceof PackageError) {
      return `the records of ${entry.name} cannot be read: ${(error as Error).message}`;
    }
    throw error;
  }
}

function* checkOwners(
  installed: readonly InstalledPackage[],
  { pkgdb, destdir }: { readonly pkgdb: string; readonly destdir: string },
): Generator<Finding> {
  const repair = (): void => rebuildByFile(pkgdb, destdir);
  const file = join(pkgdb, "pkgdb.byfile.db");
  const owners = readOwners(file);
  if (typeof owners === "string") {
    yield { area: "owners", problem: owners, repair };
    return;
  }
  const known = new Set(installed.map(({ name }) => name));
  const strangers = [...owners.values()].filter((owner) => !owner.startsWith("@") && !known.has(owner));
  if (strangers.length > 0)
    yield { area: "owners", problem: `${file} names ${strangers[0]}, which is not installed`, repair };
  for (const { name, files } of installed) {
    const lost = files.find((path) => !owners.has(path) && existsSync(destdir + path));
    if (lost !== undefined)
      yield { area: "owners", problem: `${file} does not know that ${lost} belongs to ${name}`, repair };
  }
}

function readOwners(file: string): ReadonlyMap<string, string> | string {
  if (!existsSync(file)) return `${file} is missing`;
  try {
    return new Map(readByFile(file));
  } catch (error) {
    if (error instanceof ByFileError) return `${file} is damaged: ${error.message}`;
    throw error;
  }
}

/** The catalogue has been read from the same records, so that it knows who needs whom. */
function* checkDependents(
  { db, locations }: Context,
  installed: readonly InstalledPackage[],
): Generator<Finding> {
  const repair = (): void => void rebuildRequiredBy(locations.pkgdb);
  for (const { name, requiredBy } of installed) {
    const expected = [...db.dependentsOf(name)];
    if ([...new Set(requiredBy)].toSorted().join(" ") === expected.toSorted().join(" ")) continue;
    const problem = `${name} is needed by ${expected.join(", ") || "nothing"}, but its records say ${requiredBy.join(", ") || "nothing"}`;
    yield { area: "dependents", problem, repair };
  }
}
