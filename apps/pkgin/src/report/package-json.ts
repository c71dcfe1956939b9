import type { LocalPackage, PackageRow, RemotePackage } from "summary-to-sqlite";

/** A package for JSON: what is not known is left out, lists are lists, sizes are numbers of bytes. */
function packageJson(entry: PackageRow): Record<string, unknown> {
  const { fullName, name, version, comment, pkgPath, buildDate, license, homepage } = entry;
  const categories = entry.categories?.split(" ").filter((word) => word !== "");
  const options = entry.pkgOptions?.split(" ").filter((word) => word !== "");
  return {
    fullName,
    name,
    version,
    comment,
    pkgPath,
    categories,
    license,
    homepage,
    options,
    buildDate,
    opsys: entry.opsys,
    osVersion: entry.osVersion,
    machineArch: entry.machineArch,
    pkgtoolsVersion: entry.pkgtoolsVersion,
    prevPkgPath: entry.prevPkgPath,
    installedSize: entry.sizePkg,
  };
}

/** A package of a repository for JSON. */
export function remoteJson(remote: RemotePackage): Record<string, unknown> {
  const { fileName, fileSize, fileCksum, repository } = remote;
  return { ...packageJson(remote), repository, fileName, fileSize, fileCksum };
}

/** An installed package for JSON. */
export function localJson(local: LocalPackage): Record<string, unknown> {
  return { ...packageJson(local), keep: local.keep };
}
