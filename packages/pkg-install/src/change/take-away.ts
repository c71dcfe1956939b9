import { dirname } from "node:path";
import type { PackingFile } from "pkg-archive";
import { commandOf, commandsOf } from "../contents.ts";
import type { InstalledPackage } from "../database/installed-packages.ts";
import { UnsafePathError } from "../errors.ts";
import type { ScriptSubject } from "../transaction/run-scripts.ts";
import { isChanged } from "./is-changed.ts";
import { PrefixGuard } from "./prefix-guard.ts";
import { refuseUnsafePath } from "./safe-path.ts";
import type { Work } from "./work.ts";
import { isThere, statusOf } from "../status-of.ts";

/** What is taken away, and what of it stays. */
export interface Leaving {
  readonly old: InstalledPackage;
  readonly subject: ScriptSubject;
  /** Absolute paths that the package which takes its place will put there itself. */
  readonly replaced: Pick<ReadonlySet<string>, "has">;
  readonly deleteChanged: boolean;
}

/** What became of it. */
export interface Departure {
  readonly files: number;
  readonly leftAlone: readonly string[];
  /** Directories that may be empty now. */
  readonly directories: ReadonlySet<string>;
}

/** Takes an installed package's files away in the order of its packing list, and runs its commands. */
export async function takeAway(leaving: Leaving, work: Work): Promise<Departure> {
  const { old, subject } = leaving;
  const { contents, name } = old;
  const trip = new Trip(leaving, work);
  const undo = commandsOf(contents, "exec");
  let hasRun = false;
  for (const item of contents.items) {
    work.signal?.throwIfAborted();
    if (item.kind === "file") trip.takeFile(item);
    else if (item.kind === "directory") trip.leaveDirectory(item.path);
    else if (item.kind === "unexec") {
      const command = commandOf(item, contents.prefix);
      if (!hasRun) work.transaction.recordScript({ did: "commands", subject, undo });
      hasRun = true;
      work.transaction.flush();
      const status = await work.runner.runCommand(subject, command, work.signal);
      if (status !== 0) work.warn(`${name}: \`${command}' ended with status ${status}`);
    }
  }
  return trip;
}

class Trip implements Departure {
  files = 0;
  readonly leftAlone: string[] = [];
  readonly directories = new Set<string>();
  readonly #leaving: Leaving;
  readonly #work: Work;
  readonly #guard: PrefixGuard | undefined;

  constructor(leaving: Leaving, work: Work) {
    this.#leaving = leaving;
    this.#work = work;
    const { name, contents } = leaving.old;
    const prefix = work.destdir + contents.prefix;
    this.#guard = isThere(prefix) ? new PrefixGuard(name, prefix, work.pkgdb) : undefined;
  }

  takeFile(item: PackingFile): void {
    const { old, replaced, deleteChanged } = this.#leaving;
    const { ownership, transaction, destdir } = this.#work;
    const path = `${old.contents.prefix}/${item.path}`;
    if (replaced.has(path) || !this.#isSafe(item.path)) return;
    const owner = ownership.ownerOf(path) ?? old.name;
    if (owner === old.name) ownership.setOwner(path, undefined);
    const found = statusOf(destdir + path);
    if (found === undefined) return;
    if (
      owner !== old.name ||
      found.isDirectory() ||
      (!deleteChanged && isChanged(item, destdir + path, found))
    ) {
      this.leftAlone.push(path);
      return;
    }
    transaction.takeAway(destdir + path);
    this.files += 1;
    this.directories.add(dirname(path));
  }

  leaveDirectory(relative: string): void {
    if (this.#isSafe(relative)) this.directories.add(`${this.#leaving.old.contents.prefix}/${relative}`);
  }

  /** What lies outside the prefix is no package's to remove. */
  #isSafe(relative: string): boolean {
    const { old } = this.#leaving;
    try {
      refuseUnsafePath(old.name, relative);
      this.#guard?.checkFile(`${this.#work.destdir}${old.contents.prefix}/${relative}`);
      return true;
    } catch (error) {
      if (!(error instanceof UnsafePathError)) throw error;
      this.#work.warn(error.message);
      return false;
    }
  }
}

/** Removes directories, and those above them, as far as they are empty and not shared; the prefix itself stays. */
export function removeEmpty(directories: Iterable<string>, prefix: string, work: Work): void {
  // The longer come first, so that a directory is empty when its turn comes.
  for (const path of [...withParents(directories, prefix)].toSorted((a, b) => b.length - a.length)) {
    if (work.ownership.sharersOf(path).length === 0) work.transaction.removeDirectory(work.destdir + path);
  }
}

/** Removes, of the directories that may be empty now, those which have the name of a file that is to come. */
export function makeWay(files: Iterable<string>, directories: ReadonlySet<string>, work: Work): void {
  const all = withParents(directories, "");
  for (const path of files) {
    if (!all.has(path)) continue;
    removeEmpty(
      [...directories].filter((directory) => `${directory}/`.startsWith(`${path}/`)),
      dirname(path),
      work,
    );
  }
}

function withParents(directories: Iterable<string>, prefix: string): ReadonlySet<string> {
  const all = new Set<string>();
  for (let path of directories) {
    for (; path.startsWith(`${prefix}/`) && !all.has(path); path = dirname(path)) {
      all.add(path);
    }
  }
  return all;
}
