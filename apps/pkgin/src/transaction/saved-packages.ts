import { existsSync, lstatSync, readdirSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { splitName } from "pkg-pattern";
import type { Locations } from "../config/locations.ts";
import { type HistoryChange, type HistoryRecord, type PackageState, readHistory } from "./history.ts";

/*
 * What a transaction has replaced is saved as package files in a directory with its number, below pkgin's own directory. The
 * next transaction that changes something lets them go, and so does `clean`; but not a package that could not be put back, of
 * which this may be the last that there is.
 */

const DIRECTORY = "keepsakes";

/** Where the package files are that a transaction has saved, by its number. */
function savedDirectory({ home }: Pick<Locations, "home">, transaction: number): string {
  return join(home, DIRECTORY, String(transaction));
}

/** Where the package file of a package is that a transaction has saved, if it has. */
export function savedFile(locations: Pick<Locations, "home">, transaction: number, fullName: string): string {
  return join(savedDirectory(locations, transaction), `${fullName}.tgz`);
}

/** A package, and the file that a transaction has saved it to. */
export interface SavedPackage {
  readonly fullName: string;
  readonly transaction: number;
  readonly file: string;
}

/**
 * Lets go what transactions have saved.
 *
 * @param isDropped tells of which transactions, by their numbers. Default: of all
 * @returns what of it stays, since it could not be put back
 */
export async function dropSaved(
  locations: Pick<Locations, "home" | "pkgdb" | "cache" | "history">,
  isDropped: (transaction: number) => boolean = () => true,
): Promise<readonly SavedPackage[]> {
  const root = join(locations.home, DIRECTORY);
  const dropped = listed(root).filter((name) => isDropped(Number(name)));
  const records = dropped.length > 0 ? await readHistory(locations.history) : [];
  const kept: SavedPackage[] = [];
  for (const entry of dropped) {
    const directory = join(root, entry);
    for (const name of listed(directory)) {
      const saved = {
        fullName: basename(name, ".tgz"),
        transaction: Number(entry),
        file: join(directory, name),
      };
      if (isOwed(locations, records, saved.transaction, saved.fullName)) kept.push(saved);
      else dropFile(locations, saved.file);
    }
    removeEmpty(directory);
  }
  removeEmpty(root);
  return kept;
}

/** A package that is gone and could not be put back, and the file that it was saved to. */
export interface LostPackage {
  readonly state: PackageState;
  readonly transaction: number;
  readonly file: string;
}

/** Finds what transactions have saved and could not put back, and what has not come back since. */
export async function lostPackages(
  locations: Pick<Locations, "home" | "pkgdb" | "history">,
): Promise<readonly LostPackage[]> {
  const saving = listed(join(locations.home, DIRECTORY));
  const records = saving.length > 0 ? await readHistory(locations.history) : [];
  return records
    .filter(({ id }) => saving.includes(String(id)))
    .flatMap((record) =>
      record.changes.flatMap(({ before }) => {
        if (before === undefined || !isOwed(locations, records, record.id, before.fullName)) return [];
        if (present(locations, before.fullName).length > 0) return [];
        const file = savedFile(locations, record.id, before.fullName);
        return existsSync(file) ? [{ state: before, transaction: record.id, file }] : [];
      }),
    );
}

/** Lets one package file go, and the link to it that the cache may have. */
export function dropFile({ cache }: Pick<Locations, "cache">, file: string): void {
  const link = join(cache, basename(file));
  const isLinked = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (isLinked && readlinkSync(link) === file) rmSync(link);
  rmSync(file, { force: true });
}

/** Removes the directory of a transaction that has nothing saved any more. */
export function removeUnused(locations: Pick<Locations, "home">, transaction: number): void {
  removeEmpty(savedDirectory(locations, transaction));
  removeEmpty(join(locations.home, DIRECTORY));
}

/** Where there is something in it, it is still of use. */
function removeEmpty(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
}

/** Whether a transaction could not put a package back, and everything is still as it has left it. */
function isOwed(
  locations: Pick<Locations, "pkgdb">,
  records: readonly HistoryRecord[],
  transaction: number,
  fullName: string,
): boolean {
  const record = records.find(({ id }) => id === transaction);
  const change = record?.changes.find(({ before }) => before?.fullName === fullName);
  if (change === undefined || !isStuck(change)) return false;
  const left = change.outcome === "done" ? change.after?.fullName : undefined;
  if (left === undefined) return present(locations, fullName).length === 0;
  // Another build of the same version has the same name.
  const isReplaced = records.some(
    ({ id, changes }) =>
      id > transaction &&
      changes.some(({ before, outcome }) => outcome === "done" && before?.fullName === left),
  );
  return !isReplaced && present(locations, fullName).includes(left);
}

/** Only what could not be taken back is done and has a reason. */
function isStuck({ outcome, reason }: HistoryChange): boolean {
  return outcome === "failed" || (outcome === "done" && reason !== undefined);
}

/** The full names of what is installed of a package, in whatever version. */
function present({ pkgdb }: Pick<Locations, "pkgdb">, fullName: string): string[] {
  const { base } = splitName(fullName);
  return listed(pkgdb).filter(
    (name) => splitName(name).base === base && existsSync(join(pkgdb, name, "+CONTENTS")),
  );
}

function listed(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
