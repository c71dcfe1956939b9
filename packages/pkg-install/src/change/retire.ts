import { statSync } from "node:fs";
import { join } from "node:path";
import { CHANGEABLE, readText, REQUIRED_BY } from "../database/files.ts";
import { INSTALLED_INFO } from "../database/installed-info.ts";
import type { InstalledPackage } from "../database/installed-packages.ts";
import { requiredByText } from "../database/required-by.ts";
import { isMeant } from "../patterns.ts";
import { type Departure, removeEmpty, takeAway } from "./take-away.ts";
import type { Work } from "./work.ts";

/** How an installed package is retired. */
export interface RetireOptions {
  /**
   * Absolute paths that the package which takes its place will put there itself; directories are left to
   * that one too. Undefined where none takes its place.
   */
  readonly replaced?: Pick<ReadonlySet<string>, "has"> | undefined;
  readonly deleteChanged?: boolean | undefined;
  /** Goes on when a script fails. */
  readonly force?: boolean | undefined;
}

/** What became of a retired package. */
export interface Retired extends Departure {
  readonly oldPrefix: string;
  /** Metadata files that the package which takes its place inherits, and their texts. */
  readonly handedOn: ReadonlyMap<string, string>;
}

/** Takes an installed package away: its scripts are called, its files go, others forget it. */
export async function retire(
  old: InstalledPackage,
  { replaced, deleteChanged = false, force = false }: RetireOptions,
  work: Work,
): Promise<Retired> {
  const { directory, name, contents } = old;
  const { prefix } = contents;
  const subject = { pkgname: name, prefix, directory };
  makeExecutable(join(directory, "+DEINSTALL"), work);
  await work.runStage(subject, "DEINSTALL", force);
  dropSharer(old, work);
  const { files, leftAlone, directories } = await takeAway(
    { old, subject, replaced: replaced ?? new Set(), deleteChanged },
    work,
  );
  if (replaced === undefined) removeEmpty(directories, prefix, work);
  else
    for (const path of leftAlone)
      work.warn(`${name}: ${path} was left alone: it was changed since, or is another package's`);
  dropDependent(old, work);
  await work.runStage(subject, "POST-DEINSTALL", force);
  const handedOn = new Map<string, string>();
  for (const file of [REQUIRED_BY, "+PRESERVE", INSTALLED_INFO]) {
    const text = old.read(file);
    if (text !== undefined) handedOn.set(file, text);
  }
  work.transaction.takeAway(directory);
  return { files, leftAlone, directories, oldPrefix: prefix, handedOn };
}

function makeExecutable(path: string, { transaction }: Work): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && (found.mode & 0o111) === 0) transaction.write(path, readText(path), 0o555);
}

function dropSharer({ name, contents }: InstalledPackage, { ownership }: Work): void {
  for (const item of contents.items) {
    if (item.kind !== "directory" || !item.isShared) continue;
    ownership.dropSharer(`${contents.prefix}/${item.path}`, name);
  }
}

function dropDependent({ name, contents }: InstalledPackage, { installed, transaction }: Work): void {
  for (const needed of installed) {
    if (!contents.dependencies.some((pattern) => isMeant(pattern, needed.name))) continue;
    const dependents = needed.requiredBy;
    if (!dependents.includes(name)) continue;
    const others = dependents.filter((dependent) => dependent !== name);
    transaction.write(join(needed.directory, REQUIRED_BY), requiredByText(others), CHANGEABLE);
  }
}
