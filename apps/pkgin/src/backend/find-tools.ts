import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Locations } from "../config/locations.ts";
import { FatalError } from "../fatal-error.ts";
import type { Options } from "../options.ts";
import { systemReason } from "../system-reason.ts";

/** pkgsrc's own programs for packages. */
export interface Tools {
  /** Where pkg_add, pkg_delete, pkg_info and pkg_admin are. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What decides whether the tools are used. */
type Request = Pick<Options, "backend" | "prefix" | "chroot">;

/**
 * Finds pkgsrc's tools where they are to be used: when they are asked for, or else when they are there. Below a prefix or root
 * of one's own they are not used unasked, since they would look at the system's packages.
 *
 * @returns undefined where packages are to be installed without them
 * @throws FatalError when they are asked for and cannot be used
 */
export function findTools(
  { backend, prefix, chroot }: Request,
  { pkgdb, prefix: systemPrefix }: Pick<Locations, "pkgdb" | "prefix">,
  environment: NodeJS.ProcessEnv,
): Tools | undefined {
  const isElsewhere = prefix !== undefined || chroot !== undefined;
  if (backend === "native" || (backend === undefined && isElsewhere)) return undefined;
  if (chroot !== undefined) throw new FatalError("--backend tools cannot be had together with -c");
  const named = environment["PKG_INSTALL_DIR"] || undefined;
  const places = [...(environment["PATH"] ?? "").split(delimiter), join(systemPrefix, "sbin")];
  const directory = named ?? places.find((place) => place !== "" && isExecutable(join(place, "pkg_add")));
  if (directory === undefined) {
    if (backend === undefined) return undefined;
    throw new FatalError("--backend tools: pkg_add was found neither in PKG_INSTALL_DIR nor on the PATH");
  }
  return { directory, environment: toolEnvironment(environment, prefix === undefined ? undefined : pkgdb) };
}

/**
 * Asks pkg_admin where the records of the installed packages are.
 *
 * @throws FatalError where it does not tell
 */
export function askPkgdb({ directory, environment }: Tools): string {
  const file = join(directory, "pkg_admin");
  // Loaded only where there are tools to be run.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { error, stdout } = spawnSync(file, ["config-var", "PKG_DBDIR"], {
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error !== undefined)
    throw new FatalError(`Cannot execute ${file}: ${systemReason(error)}`, { cause: error });
  const pkgdb = stdout.split("\n", 1)[0] ?? "";
  if (pkgdb === "") throw new FatalError("Could not determine PKG_DBDIR");
  return pkgdb;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Without PKG_PATH, so that pkg_add cannot fetch from elsewhere what it was not given. */
function toolEnvironment(environment: NodeJS.ProcessEnv, pkgdb: string | undefined): NodeJS.ProcessEnv {
  const own = pkgdb === undefined ? environment : { ...environment, PKG_DBDIR: pkgdb };
  return Object.fromEntries(Object.entries(own).filter(([name]) => name !== "PKG_PATH"));
}
