import { lstatSync, type Stats } from "node:fs";
import { isSystemError } from "./errors.ts";
import { native } from "./text.ts";

/**
 * What stands at a path, links not followed; undefined where there is nothing, something else than a directory on the way, or a
 * name that no file can have.
 */
export function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(native(path), { throwIfNoEntry: false });
  } catch (error) {
    if (isSystemError(error, "ENOTDIR", "ENAMETOOLONG")) return undefined;
    throw error;
  }
}

/** Whether anything stands at a path, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  return statusOf(path) !== undefined;
}
