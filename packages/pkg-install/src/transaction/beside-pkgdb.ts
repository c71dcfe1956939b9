import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { isSystemError } from "../errors.ts";

/**
 * Names a file that stands beside a PKG_DBDIR, as that of the reference counts does.
 *
 * It is not within, because the time of PKG_DBDIR tells others that packages came or went.
 */
export function besidePkgdb(pkgdb: string, suffix: string): string {
  return realPath(pkgdb) + suffix;
}

/** The same for every name that the directory has. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return resolve(path);
    throw error;
  }
}
