import type { LocalPackage, RemotePackage } from "summary-to-sqlite";
import type { Action } from "./plan.ts";

/**
 * Decides what a repository's package is to the installed package of the same name.
 *
 * Another version is an upgrade, also downwards; the same version of the same path built at another time is a refresh.
 *
 * @returns undefined where there is nothing to do
 */
export function decideAction(installed: LocalPackage | undefined, remote: RemotePackage): Action | undefined {
  if (installed === undefined) return "install";
  if (installed.fullName !== remote.fullName) return "upgrade";
  const rebuilt = installed.pkgPath === remote.pkgPath && installed.buildDate !== remote.buildDate;
  return rebuilt ? "refresh" : undefined;
}
