import {
  createAudit,
  type InstallConfig,
  PackageError,
  type Vulnerability,
  type VulnerabilityList,
} from "pkg-archive";
import { matches, patternBases } from "pkg-pattern";
import { FatalError } from "../fatal-error.ts";

/** Tells what is known against a package, by its full name. */
export type Audit = (fullName: string) => readonly Vulnerability[];

/**
 * Prepares a list for questions, as pkg_install.conf says: without IGNORE_URL, with CHECK_END_OF_LIFE.
 *
 * @throws FatalError for a list with a pattern that cannot be understood
 */
export function auditWith(
  list: VulnerabilityList,
  { ignoredUrls, checkEndOfLife }: Pick<InstallConfig, "ignoredUrls" | "checkEndOfLife">,
): Audit {
  try {
    return createAudit(list, { matches, patternBases, ignoredUrls, endOfLife: checkEndOfLife });
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new FatalError(error.message, { cause: error });
  }
}
