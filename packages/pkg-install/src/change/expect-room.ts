import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { PkgInstallError } from "../errors.ts";
import { native } from "../text.ts";

/** Smaller files are just tried, in bytes. */
const WORTH_ASKING = 64 * 1024 * 1024;

/**
 * Makes sure that a large file can be written, before hours are spent on one that cannot.
 *
 * @throws PkgInstallError where the file system has not that much room
 */
export function expectRoom(pkgname: string, path: string, size: number): void {
  if (size < WORTH_ASKING) return;
  const { bavail, bsize } = statfsSync(native(dirname(path)));
  if (size <= bavail * bsize) return;
  const message = `${pkgname}: a file of ${size} bytes does not fit; ${bavail * bsize} bytes are free in ${dirname(path)}`;
  throw new PkgInstallError("ERR_INSTALL_WRITE", message, { pkgname });
}
