import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { isSystemError, ScriptError } from "../errors.ts";
import { native } from "../text.ts";
import type { ScriptRunner } from "./run-scripts.ts";
import { Staging } from "./staging.ts";
import { type FileStep, type Step, undoFileStep } from "./step.ts";

const DIRECTORY_MODE = 0o755;

/**
 * A list of steps that are all done, or all taken back.
 *
 * Nothing is overwritten or deleted before the commit: what was there is kept in a staging directory until then.
 */
export class Transaction {
  readonly staging: Staging;
  readonly #steps: Step[] = [];

  /** @param roots where staging directories may be, the best place first */
  constructor(roots: readonly string[]) {
    this.staging = new Staging(roots, (path) => this.record({ did: "make-tree", path }));
  }

  /** Notes what is about to be done. */
  record(step: Step): void {
    this.#steps.push(step);
  }

  /** Makes a directory and those above it that are missing, with mode 0755. */
  makeDirectories(path: string): void {
    if (lstatSync(native(path), { throwIfNoEntry: false }) !== undefined) return;
    this.makeDirectories(dirname(path));
    this.#attempt({ did: "make-directory", path }, () => mkdirSync(native(path)));
    chmodSync(native(path), DIRECTORY_MODE);
  }

  /** Makes a directory whose whole content goes with it when it is taken back. */
  makeTree(path: string): void {
    this.#attempt({ did: "make-tree", path }, () => mkdirSync(native(path)));
    chmodSync(native(path), DIRECTORY_MODE);
  }

  /** Renames a file to where there is none. */
  move(from: string, to: string): void {
    this.#attempt({ did: "move", from, to }, () => renameSync(native(from), native(to)));
  }

  /** Takes a file or directory away. */
  takeAway(path: string): void {
    this.move(path, this.staging.nameFor(path));
  }

  /** Puts a file in the place of what is there, if anything is; a regular file is there without a gap. */
  put(from: string, to: string): void {
    const found = lstatSync(native(to), { throwIfNoEntry: false });
    if (found?.isFile() === true) this.#keep(to);
    else if (found !== undefined) this.takeAway(to);
    this.move(from, to);
  }

  /** Writes a small file, or takes it away where there is no content. */
  write(path: string, content: string | undefined, mode: number): void {
    if (content === undefined) {
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) this.takeAway(path);
      return;
    }
    const beside = this.staging.nameFor(path);
    writeFileSync(beside, content);
    chmodSync(beside, mode);
    this.put(beside, path);
  }

  /** Removes a directory if it is empty, and tells whether it was. */
  removeDirectory(path: string): boolean {
    const found = lstatSync(native(path), { throwIfNoEntry: false });
    if (found?.isDirectory() !== true) return false;
    const attributes = { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
    try {
      this.#attempt({ did: "remove-directory", path, attributes }, () => rmdirSync(native(path)));
    } catch (error) {
      if (isSystemError(error, "ENOTEMPTY", "EEXIST", "EBUSY", "EPERM", "EACCES")) return false;
      throw error;
    }
    return true;
  }

  /** Makes it final: what was kept goes. */
  commit(): void {
    this.#steps.length = 0;
    for (const directory of this.staging.directories) rmSync(directory, { recursive: true, force: true });
  }

  /**
   * Takes every step back, the last first.
   *
   * What scripts did is undone as well as their opposites do it; where these fail, `warn` is told.
   *
   * @returns what could not be taken back; then the staging directories stay, with what was kept
   */
  async rollBack(runner: ScriptRunner, warn: (message: string) => void): Promise<readonly Error[]> {
    const failures: Error[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      const isStaging = step.did === "make-tree" && this.staging.directories.includes(step.path);
      if (isStaging && failures.length > 0) continue;
      try {
        if (step.did === "script" || step.did === "commands") await runner.undo(step);
        else undoFileStep(step);
      } catch (error) {
        if (error instanceof ScriptError) warn(error.message);
        else failures.push(error as Error);
      }
    }
    return failures;
  }

  /** Records a step, then does it; what fails has changed nothing. */
  #attempt(step: FileStep, action: () => void): void {
    this.record(step);
    try {
      action();
    } catch (error) {
      this.#steps.pop();
      throw error;
    }
  }

  /** A hard link costs nothing and leaves the file where it is; not every file system has them. */
  #keep(path: string): void {
    const copy = this.staging.nameFor(path);
    try {
      this.#attempt({ did: "keep", path, copy }, () => linkSync(native(path), native(copy)));
    } catch (error) {
      if (!isSystemError(error, "EPERM", "ENOTSUP", "EMLINK", "ENOSYS", "EXDEV")) throw error;
      this.move(path, copy);
    }
  }
}
