export { readByFile } from "./byfile/read-by-file.ts";
export { writeByFile } from "./byfile/write-by-file.ts";
export {
  InstalledPackage,
  installedPackage,
  installedPackages,
  pkgdbModified,
} from "./database/installed-packages.ts";
export { ownerOf, rebuildByFile } from "./database/ownership.ts";
export { rebuildRequiredBy, type Unresolved } from "./database/required-by.ts";
export { setAutomatic } from "./database/set-automatic.ts";
export type { SummaryVariables } from "./database/summary-variables.ts";
export type { CommandItem, Contents, DirectoryItem, FileItem, Item } from "./contents.ts";
export {
  ByFileError,
  ConflictError,
  DependencyError,
  DigestError,
  FileConflictError,
  PkgInstallError,
  type PkgInstallErrorCode,
  RequiredError,
  ScriptError,
  UnsafePathError,
} from "./errors.ts";
export type { IncomingFile, PackageReader, PackageSource } from "./incoming.ts";
export { install, replace } from "./install.ts";
export type {
  ChangeOptions,
  InstallOptions,
  InstallResult,
  Platform,
  RemoveOptions,
  RemoveResult,
  ScriptOutput,
} from "./options.ts";
export { remove } from "./remove.ts";
