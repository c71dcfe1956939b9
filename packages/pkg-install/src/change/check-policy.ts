import { LicenseError, VulnerableError } from "../errors.ts";
import { isAcceptable } from "../license-policy.ts";
import type { InstallOptions } from "../options.ts";

/**
 * Checks whether the user wants such a package: its licence, and what is known against it.
 *
 * @param license the value of LICENSE, where it is stated
 * @throws LicenseError, VulnerableError
 */
export function checkPolicy(
  pkgname: string,
  license: string | undefined,
  { licenses, vulnerabilities }: InstallOptions,
): void {
  if (licenses !== undefined) {
    const { acceptable, mustBeStated = false } = licenses;
    const isFree = license === undefined || license.trim() === "";
    if (isFree ? mustBeStated : isAcceptable(license, acceptable) !== true) {
      throw new LicenseError(pkgname, isFree ? undefined : license);
    }
  }
  const found = vulnerabilities?.(pkgname) ?? [];
  if (found.length > 0) throw new VulnerableError(pkgname, found);
}
