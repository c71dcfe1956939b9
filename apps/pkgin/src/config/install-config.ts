import { existsSync, readFileSync } from "node:fs";
import {
  type InstallConfig as SharedConfig,
  PackageError,
  parseInstallConfig,
  parseVariables,
} from "pkg-archive";
import { installConfigPlaces } from "./install-config-places.ts";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";

/** What pkg_install.conf says, with defaults for what it does not. */
export interface InstallConfig extends SharedConfig {
  /** CHECK_OS_VERSION: whether it is told that a package was built for another version of the system. Default: yes. */
  readonly checkOsVersion: boolean;
}

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
    const text = file === undefined ? "" : readFileSync(file, "utf8");
    const checkOsVersion = parseVariables(text).get("CHECK_OS_VERSION")?.[0]?.toLowerCase() !== "no";
    return { ...parseInstallConfig(text, environment), checkOsVersion };
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new FatalError(`${file}: ${error.message}`, { cause: error });
  }
}
