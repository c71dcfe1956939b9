import { chmodSync, chownSync, linkSync, lstatSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { ignoring, isSystemError } from "../errors.ts";
import { native } from "../text.ts";
import { removeTree } from "./remove-tree.ts";
import type { CommandsStep, ScriptStep } from "./run-scripts.ts";
import { isThere } from "../status-of.ts";

const DIRECTORY_MODE = 0o755;
const STAGING_MODE = 0o700;

/** Who may do what with a file. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * One change to the file system, as plain data that says how to do it and how to take it back.
 *
 * A step is recorded before it is done, so it can also be taken back when it was not.
 */
export type FileStep =
  /** A directory of a name that was never there, and holds only what the transaction puts there. */
  | { readonly did: "make-staging"; readonly path: string }
  | { readonly did: "make-directory"; readonly path: string }
  | { readonly did: "move"; readonly from: string; readonly to: string }
  /** What stands at `path` also stands at `copy`, and may be replaced. */
  | { readonly did: "keep"; readonly path: string; readonly copy: string }
  /** A directory goes if it is empty. */
  | { readonly did: "remove-directory"; readonly path: string; readonly attributes: Attributes };

/** What a journal has besides steps that are taken back. */
export type Mark =
  /** The script that was begun last refused before it had done anything. */
  | { readonly did: "refuse" }
  /** A script was started as this process. */
  | { readonly did: "start"; readonly identity: string }
  /** All is in place. */
  | { readonly did: "commit" }
  /** All is as it was; only the staging directories are left. */
  | { readonly did: "undone" };

/** Anything that a transaction does. */
export type Step = FileStep | ScriptStep | CommandsStep | Mark;

/** The texts that each step to the file system has. */
const FILE_STEPS: Readonly<Record<FileStep["did"], readonly string[]>> = {
  "make-staging": ["path"],
  "make-directory": ["path"],
  move: ["from", "to"],
  keep: ["path", "copy"],
  "remove-directory": ["path"],
};

/** The texts that everything has which a journal can have. */
const TEXTS_OF: Readonly<Record<Step["did"], readonly string[]>> = {
  ...FILE_STEPS,
  script: ["stage"],
  commands: [],
  refuse: [],
  start: ["identity"],
  commit: [],
  undone: [],
};

/** Whether something that was read of a journal is a step that can be taken back. */
export function isKnownStep(step: Step): boolean {
  const values: Readonly<Record<string, unknown>> = { ...step };
  return (
    Object.hasOwn(TEXTS_OF, step.did) && TEXTS_OF[step.did].every((name) => typeof values[name] === "string")
  );
}

/** Whether it changes the file system, and is no script and no mark. */
export function isFileStep(step: Step): step is FileStep {
  return Object.hasOwn(FILE_STEPS, step.did);
}

/** Does a step. */
export function doFileStep(step: FileStep): void {
  switch (step.did) {
    case "make-staging":
      return void mkdirSync(native(step.path), STAGING_MODE);
    case "make-directory":
      mkdirSync(native(step.path));
      return chmodSync(native(step.path), DIRECTORY_MODE);
    case "move":
      return renameSync(native(step.from), native(step.to));
    case "keep":
      return keep(step.path, step.copy);
    case "remove-directory":
      return ignoring(
        () => rmdirSync(native(step.path)),
        "ENOTEMPTY",
        "EEXIST",
        "EBUSY",
        "EPERM",
        "EACCES",
        "ENOENT",
        "ENOTDIR",
      );
  }
}

/** Takes a step back; one that was not done, or was taken back before, changes nothing. */
export function undoFileStep(step: FileStep): void {
  switch (step.did) {
    case "make-staging":
      return removeTree(step.path);
    case "make-directory":
      return ignoring(() => rmdirSync(native(step.path)), "ENOENT", "ENOTDIR", "ENOTEMPTY", "EEXIST");
    case "move":
      return isThere(step.from) ? undefined : renameIfThere(step.to, step.from);
    case "keep":
      return renameIfThere(step.copy, step.path);
    case "remove-directory":
      return remakeDirectory(step.path, step.attributes);
  }
}

/** A hard link costs nothing and leaves the file where it is; not every file system has them. */
function keep(path: string, copy: string): void {
  try {
    linkSync(native(path), native(copy));
  } catch (error) {
    if (!isSystemError(error, "EPERM", "ENOTSUP", "EMLINK", "ENOSYS", "EXDEV")) throw error;
    renameSync(native(path), native(copy));
  }
}

function remakeDirectory(path: string, { mode, uid, gid }: Attributes): void {
  ignoring(() => mkdirSync(native(path)), "EEXIST");
  const found = lstatSync(native(path));
  if (found.uid !== uid || found.gid !== gid) chownSync(native(path), uid, gid);
  if ((found.mode & 0o7777) !== mode) chmodSync(native(path), mode);
}

function renameIfThere(from: string, to: string): void {
  ignoring(() => renameSync(native(from), native(to)), "ENOENT", "ENOTDIR");
}
