import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type InstallConfig, PackageError, parseInstallConfig } from "pkg-archive";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";

/**
 * Reads pkg_install.conf, with which pkgsrc's tools are set up: below the prefix, else the system's.
 *
 * @throws FatalError for a file that cannot be understood
 */
export function readInstallConfig({
  environment,
  locations,
}: Pick<Setting, "environment" | "locations">): InstallConfig {
  const { destdir, prefix, selfContained } = locations;
  const places = [join(destdir, prefix, "etc/pkg_install.conf")];
  if (!selfContained) places.push(join(destdir, "/etc/pkg_install.conf"));
  const file = places.find((path) => existsSync(path));
  try {
    return parseInstallConfig(file === undefined ? "" : readFileSync(file, "utf8"), environment);
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new FatalError(`${file}: ${error.message}`, { cause: error });
  }
}
