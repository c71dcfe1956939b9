import { join } from "node:path";
import { readText, replaceFile } from "./files.ts";
import { INSTALLED_INFO, isAutomatic, withAutomatic } from "./installed-info.ts";
import { installedPackage } from "./installed-packages.ts";

/**
 * Marks an installed package as installed for the sake of another (true) or as the user's wish (false).
 *
 * The time of PKG_DBDIR does not change by it.
 *
 * @throws PkgInstallError where it is not installed
 */
export function setAutomatic(pkgdb: string, pkgname: string, automatic: boolean): void {
  const { directory } = installedPackage(pkgdb, pkgname);
  const path = join(directory, INSTALLED_INFO);
  const text = readText(path);
  const wanted = withAutomatic(text, automatic);
  if (isAutomatic(text) !== automatic) replaceFile(path, wanted);
}
