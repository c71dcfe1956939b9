import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { FatalError } from "./fatal-error.ts";
import { systemReason } from "./system-reason.ts";

/**
 * Makes a directory and those above it that are missing, one by one: where a file system such as /proc refuses one with
 * ENOENT, the recursive mode of Node 20 tries for ever.
 *
 * @param directory absolute
 * @throws FatalError that names the first directory that could not be made
 */
export function makeDirectories(directory: string): void {
  if (isDirectory(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectories(parent);
  makeDirectory(directory);
}

/**
 * Makes one directory, whose parent must be there; another process may be faster.
 *
 * @throws FatalError that names it
 */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && isDirectory(directory)) return;
    throw new FatalError(`Failed to create ${directory}: ${systemReason(error)}`, { cause: error });
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
