import { chmodSync, type Stats, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encodeText } from "pkg-archive";
import { systemReasonAt } from "../errors.ts";
import { Journal, type JournalHead, removeJournal, syncDirectory } from "./journal.ts";
import { rollBack } from "./roll-back.ts";
import type { ScriptRunner } from "./run-scripts.ts";
import { Staging } from "./staging.ts";
import { doFileStep, type FileStep, type Step, undoFileStep } from "./step.ts";
import { syncFileSystems } from "./sync.ts";
import { isThere, statusOf } from "../status-of.ts";

/** How many steps may wait; the journal is brought to disk once for all of them. */
const LARGEST_BATCH = 2000;

/**
 * A list of steps that are all done, or all taken back.
 *
 * Nothing is overwritten or deleted before the commit: what was there is kept in a staging directory until then. Steps are
 * gathered, and done when {@link flush} is called, a script is run, or many have come together.
 */
export class Transaction {
  readonly staging: Staging;
  readonly #pkgdb: string;
  readonly #journal: Journal;
  #pending: FileStep[] = [];
  /** What the waiting steps are about: these paths must not be looked at before the steps are done. */
  readonly #touched = new Set<string>();

  /** @param roots where staging directories may be, the best place first */
  constructor(pkgdb: string, head: Omit<JournalHead, "version">, roots: readonly string[]) {
    this.#pkgdb = pkgdb;
    this.#journal = new Journal(pkgdb, head);
    this.staging = new Staging(roots, (path) => this.#makeStaging(path));
  }

  /** Does the steps that wait. */
  flush(): void {
    const steps = this.#pending;
    if (steps.length === 0) return;
    this.#pending = [];
    this.#touched.clear();
    this.#journal.append(steps);
    for (const step of steps) doFileStep(step);
  }

  /** Notes that a script or command is about to be run; what waits is done first. */
  recordScript(step: Exclude<Step, FileStep>): void {
    this.flush();
    this.#journal.append([step]);
  }

  /** Makes a directory and those above it that are missing, with mode 0755. */
  makeDirectories(path: string): void {
    if (this.#touched.has(path) || isThere(path)) return;
    this.makeDirectories(dirname(path));
    this.#plan({ did: "make-directory", path }, path);
  }

  /** What is there, with the steps that wait. */
  look(path: string): Stats | undefined {
    this.#settle(path);
    return statusOf(path);
  }

  /** Renames a file, or a directory, to where there is none. */
  move(from: string, to: string): void {
    this.#settle(from, to);
    this.#plan({ did: "move", from, to }, to);
  }

  /** Takes a file or directory away. */
  takeAway(path: string): void {
    this.#settle(path);
    this.#plan({ did: "move", from: path, to: this.staging.nameFor(path) }, path);
  }

  /**
   * Puts a file in the place of what is there, if anything is; a regular file is there without a gap.
   *
   * @param check told what is there; may throw
   */
  put(from: string, to: string, check?: (found: Stats | undefined) => void): void {
    const found = this.look(to);
    check?.(found);
    if (found?.isFile() === true) this.#plan({ did: "keep", path: to, copy: this.staging.nameFor(to) }, to);
    else if (found !== undefined) this.#plan({ did: "move", from: to, to: this.staging.nameFor(to) }, to);
    this.#plan({ did: "move", from, to }, to);
  }

  /** Writes a small file, or takes it away where there is no content. */
  write(path: string, content: string | undefined, mode: number): void {
    if (content === undefined) {
      if (this.look(path) !== undefined) this.takeAway(path);
      return;
    }
    const beside = this.staging.nameFor(path);
    writeFileSync(beside, encodeText(content));
    chmodSync(beside, mode);
    this.put(beside, path);
  }

  /** Removes a directory if it is there and empty when its turn comes. */
  removeDirectory(path: string): void {
    const found = this.look(path);
    if (found?.isDirectory() !== true) return;
    const attributes = { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
    this.#plan({ did: "remove-directory", path, attributes }, path);
  }

  /** Makes it final: all is brought to disk, then what was kept goes. */
  async commit(warn: (message: string) => void): Promise<void> {
    this.flush();
    const unsynced = await syncFileSystems([this.#pkgdb, ...this.staging.directories]);
    if (unsynced !== undefined) {
      warn(
        `the files could not be brought to disk at once, and may be lost in a power cut: ${unsynced.message}`,
      );
    }
    this.#journal.append([{ did: "commit" }]);
    this.#journal.close();
    try {
      for (const path of this.staging.directories) undoFileStep({ did: "make-staging", path });
      removeJournal(this.#pkgdb);
    } catch (error) {
      warn(
        `what was replaced could not be removed, which the next change tries again: ${systemReasonAt(error)}`,
      );
    }
  }

  /**
   * Takes every step back, the last first.
   *
   * @returns what could not be taken back; then the journal and what was kept stay, for another attempt
   */
  async rollBack(runner: ScriptRunner, warn: (message: string) => void): Promise<readonly Error[]> {
    this.#pending = [];
    const steps = this.#journal.steps();
    this.#journal.close();
    return await rollBack(this.#pkgdb, steps, { runner, warn });
  }

  /** Waiting steps that concern one of these are done first, so that what is there can be looked at. */
  #settle(...paths: readonly string[]): void {
    if (this.#pending.length >= LARGEST_BATCH || paths.some((path) => this.#touched.has(path))) this.flush();
  }

  #plan(step: FileStep, path: string): void {
    this.#pending.push(step);
    this.#touched.add(path);
  }

  #makeStaging(path: string): void {
    this.flush();
    const step: FileStep = { did: "make-staging", path };
    this.#journal.append([step]);
    doFileStep(step);
    // Once something is kept in it, it can only be missing because somebody has taken it away.
    syncDirectory(dirname(path));
  }
}
