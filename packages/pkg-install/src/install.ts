import { splitName } from "pkg-pattern";
import type { PackageReader } from "pkg-archive";
import { changing } from "./change/changing.ts";
import { change } from "./change/change.ts";
import { type InstalledPackage, installedPackage, installedVersions } from "./database/installed-packages.ts";
import { setAutomatic } from "./database/set-automatic.ts";
import { PkgInstallError } from "./errors.ts";
import { openSource, type PackageSource } from "./open-source.ts";
import type { InstallOptions, InstallResult } from "./options.ts";

/**
 * Installs a package of which no version is installed yet.
 *
 * The files are unpacked under temporary names while the package comes in, checked, and renamed into place when all is
 * there; after any failure everything is as it was. Where this very package is installed, only its automatic flag may
 * change: it is cleared when the user now asks for it.
 *
 * @throws PkgInstallError of any kind; what `pkg-archive` throws for a damaged package; the signal's reason
 */
export async function install(source: PackageSource, options: InstallOptions): Promise<InstallResult> {
  const incoming = await openSource(source, options.signal);
  try {
    return await changing(options, () => installLocked(incoming, options));
  } finally {
    await incoming.close();
  }
}

async function installLocked(incoming: PackageReader, options: InstallOptions): Promise<InstallResult> {
  const { pkgname } = incoming.packingList;
  const same = installedVersion(options.pkgdb, pkgname);
  if (same === undefined) return await change({ incoming, old: undefined }, options);
  if (same.name === pkgname) return keepInstalled(same, options);
  const message = `${pkgname} cannot be installed: ${same.name} is; replace that instead`;
  throw new PkgInstallError("ERR_INSTALL_PRESENT", message, { pkgname });
}

/**
 * Puts a package in the place of an installed one of the same base, whatever their versions.
 *
 * The old one's files are kept until the new one's last script has succeeded; after any failure the old one is there as it
 * was. What needed the old one is taken to need the new one, and the automatic flag is handed on.
 *
 * @param old PKGNAME of the installed package
 * @throws PkgInstallError of any kind; what `pkg-archive` throws for a damaged package; the signal's reason
 */
export async function replace(
  old: string,
  source: PackageSource,
  options: InstallOptions,
): Promise<InstallResult> {
  const incoming = await openSource(source, options.signal);
  try {
    const { pkgname } = incoming.packingList;
    if (splitName(pkgname).base !== splitName(old).base) {
      throw new PkgInstallError(
        "ERR_INSTALL_REPLACES_OTHER",
        `${pkgname} cannot replace ${old}: the names differ; remove ${old} and install ${pkgname}`,
        { pkgname },
      );
    }
    return await changing(options, () =>
      change({ incoming, old: installedPackage(options.pkgdb, old) }, options),
    );
  } finally {
    await incoming.close();
  }
}

/** The installed package of the same base, whatever its version. */
function installedVersion(pkgdb: string, pkgname: string): InstalledPackage | undefined {
  const versions = installedVersions(pkgdb, splitName(pkgname).base);
  return versions.find(({ name }) => name === pkgname) ?? versions[0];
}

function keepInstalled(same: InstalledPackage, options: InstallOptions): InstallResult {
  if (options.automatic !== true && same.isAutomatic) setAutomatic(options.pkgdb, same.name, false);
  return {
    pkgname: same.name,
    prefix: same.contents.prefix,
    changed: false,
    files: 0,
    bytes: 0,
    display: undefined,
  };
}
