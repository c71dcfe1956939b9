import { changing } from "./change/changing.ts";
import { retire } from "./change/retire.ts";
import { transact } from "./change/work.ts";
import { installedPackage, packagesNamed } from "./database/installed-packages.ts";
import { PkgInstallError, RequiredError } from "./errors.ts";
import type { RemoveOptions, RemoveResult } from "./options.ts";

/**
 * Removes an installed package.
 *
 * Files that were changed since they were installed, or that are another package's now, are left alone; directories go when
 * they are empty and nobody shares them. After any failure everything is as it was.
 *
 * @param pkgname the full name, with the version
 * @throws PkgInstallError where it is not installed, others need it, it is marked as one to be kept, or a script of its fails;
 *   the signal's reason
 */
export function remove(pkgname: string, options: RemoveOptions): Promise<RemoveResult> {
  return changing(options, () => removeLocked(pkgname, options));
}

async function removeLocked(pkgname: string, options: RemoveOptions): Promise<RemoveResult> {
  const old = installedPackage(options.pkgdb, pkgname);
  const dependents = new Set(packagesNamed(options.pkgdb, old.requiredBy).map(({ name }) => name));
  const requiredBy = old.requiredBy.filter((name) => dependents.has(name) && name !== pkgname);
  if (requiredBy.length > 0 && options.force !== true) throw new RequiredError(pkgname, requiredBy);
  if (old.isPreserved && options.evenIfPreserved !== true) {
    const message = `${pkgname} is marked as a package that must not be removed`;
    throw new PkgInstallError("ERR_INSTALL_PRESERVED", message, { pkgname });
  }
  const { deleteChanged, force } = options;
  return transact({ action: "remove", pkgname, prefix: old.contents.prefix }, options, async (work) => {
    const { files, leftAlone } = await retire(old, { deleteChanged, force }, work);
    return { pkgname, files, leftAlone };
  });
}
