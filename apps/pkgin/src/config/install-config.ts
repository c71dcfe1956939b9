import { existsSync, readFileSync } from "node:fs";
import { type InstallConfig, PackageError, parseInstallConfig } from "pkg-archive";
import { installConfigPlaces } from "./install-config-places.ts";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";

/**
 * Reads pkg_install.conf, with which pkgsrc's tools are set up: below the prefix, else the system's.
 *
 * @throws FatalError for a file that cannot be understood
 */
export function readInstallConfig(setting: Pick<Setting, "environment" | "locations">): InstallConfig {
  const file = installConfigPlaces(setting).find((path) => existsSync(path));
  // Below a prefix of its own the environment has no say in where anything is.
  const environment = setting.locations.selfContained ? {} : setting.environment;
  try {
    return parseInstallConfig(file === undefined ? "" : readFileSync(file, "utf8"), environment);
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new FatalError(`${file}: ${error.message}`, { cause: error });
  }
}
