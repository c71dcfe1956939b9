export { check, type CheckOptions, type CheckResult } from "./check/check.ts";
export type { Problem, ProblemKind } from "./check/problem.ts";
export { readByFile } from "./byfile/read-by-file.ts";
export { writeByFile } from "./byfile/write-by-file.ts";
export {
  type InstalledPackage,
  installedPackage,
  installedPackages,
  installedVersions,
  pkgdbModified,
} from "./database/installed-packages.ts";
export { ownerOf, rebuildByFile } from "./database/ownership.ts";
export {
  dependenciesOf,
  type Dependency,
  rebuildRequiredBy,
  type Unresolved,
} from "./database/required-by.ts";
export { setAutomatic } from "./database/set-automatic.ts";
export type { SummaryVariables } from "./database/summary-variables.ts";
export type { Contents } from "./contents.ts";
export {
  ByFileError,
  ConflictError,
  DependencyError,
  FileConflictError,
  LicenseError,
  PkgInstallError,
  type PkgInstallErrorCode,
  RequiredError,
  ScriptError,
  UnsafePathError,
  VulnerableError,
} from "./errors.ts";
export { install, replace } from "./install.ts";
export { isAcceptable, type LicensePolicy } from "./license-policy.ts";
export type { PackageSource } from "./open-source.ts";
export type {
  ChangeOptions,
  InstallOptions,
  InstallResult,
  Platform,
  RecoverOptions,
  Recovery,
  RemoveOptions,
  RemoveResult,
  ScriptOutput,
} from "./options.ts";
export { recover } from "./recover.ts";
export { remove } from "./remove.ts";
