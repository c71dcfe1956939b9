import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { isSystemError } from "../errors.ts";
import { native } from "../text.ts";
import type { CommandsStep, ScriptStep } from "./run-scripts.ts";

/** Who may do what with a file. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * One change to the file system, as plain data that says how to take it back.
 *
 * A step is recorded before it is done, so it can also be taken back when it was not.
 */
export type FileStep =
  /** A directory that holds only what the transaction puts there. */
  | { readonly did: "make-tree"; readonly path: string }
  | { readonly did: "make-directory"; readonly path: string }
  | { readonly did: "move"; readonly from: string; readonly to: string }
  /** What stands at `path` also stands at `copy`, and may be replaced. */
  | { readonly did: "keep"; readonly path: string; readonly copy: string }
  | { readonly did: "remove-directory"; readonly path: string; readonly attributes: Attributes };

/** Anything that a transaction does. */
export type Step = FileStep | ScriptStep | CommandsStep;

/** Takes a step back; one that was not done, or was taken back before, changes nothing. */
export function undoFileStep(step: FileStep): void {
  switch (step.did) {
    case "make-tree":
      return rmSync(native(step.path), { recursive: true, force: true });
    case "make-directory":
      return ignoring(() => rmdirSync(native(step.path)), "ENOENT", "ENOTEMPTY", "EEXIST");
    case "move":
      return exists(step.from) ? undefined : renameIfThere(step.to, step.from);
    case "keep":
      return renameIfThere(step.copy, step.path);
    case "remove-directory":
      return remakeDirectory(step.path, step.attributes);
  }
}

function remakeDirectory(path: string, { mode, uid, gid }: Attributes): void {
  ignoring(() => mkdirSync(native(path)), "EEXIST");
  const found = lstatSync(native(path));
  if (found.uid !== uid || found.gid !== gid) chownSync(native(path), uid, gid);
  chmodSync(native(path), mode);
}

function renameIfThere(from: string, to: string): void {
  ignoring(() => renameSync(native(from), native(to)), "ENOENT");
}

function exists(path: string): boolean {
  return lstatSync(native(path), { throwIfNoEntry: false }) !== undefined;
}

function ignoring(action: () => void, ...codes: readonly string[]): void {
  try {
    action();
  } catch (error) {
    if (!isSystemError(error, ...codes)) throw error;
  }
}
