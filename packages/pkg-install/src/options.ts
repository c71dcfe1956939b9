import type { Vulnerability } from "pkg-archive";
import type { LicensePolicy } from "./license-policy.ts";

/** Where the output of scripts goes: to file descriptors, or to a function, piece by piece. */
export type ScriptOutput =
  | { readonly stdout: number; readonly stderr: number }
  | ((chunk: Uint8Array, stream: "stdout" | "stderr") => void);

/** What the machine is, as packages are marked: `Linux`, `x86_64`, `6.1`. */
export interface Platform {
  readonly opsys: string;
  readonly machineArch: string;
  /** Without it the version of the system is not compared. */
  readonly osVersion?: string | undefined;
}

/** What installing and removing have in common. */
export interface ChangeOptions {
  /** PKG_DBDIR: the directory with one directory for each installed package. Absolute; made where it is missing. */
  readonly pkgdb: string;
  /**
   * A directory below which the package's prefix is laid out, PKG_DESTDIR to its scripts. `pkgdb` is the real path, and is
   * normally below it. Default: none.
   */
  readonly destdir?: string | undefined;
  /** Where scripts count references. Default: `pkgdb` with `.refcount` at its end. */
  readonly refcountDb?: string | undefined;
  /** The environment of scripts and commands. Default: that of this process. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Default: the output of scripts is dropped, but for the last words in an error. */
  readonly output?: ScriptOutput | undefined;
  /** Told what a person should know, though it is no failure. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** What has been done is taken back when it is aborted; a script that runs has five seconds to end. */
  readonly signal?: AbortSignal | undefined;
}

/** How what was cut off is finished or taken back. */
export type RecoverOptions = Pick<ChangeOptions, "environment" | "output" | "onWarning" | "signal">;

/** What was cut off, and what has been done about it. */
export interface Recovery {
  readonly action: "install" | "replace" | "remove";
  readonly pkgname: string;
  /** Whether everything is as before the change, or as after it. */
  readonly outcome: "rolled-back" | "completed";
  /** The same in words. */
  readonly message: string;
}

/** How a package is installed. */
export interface InstallOptions extends ChangeOptions {
  /** The prefix that the package must have been built for. Default: any. */
  readonly prefix?: string | undefined;
  /** Installed for the sake of another package; else as the user's wish. A replaced package hands on what it was. */
  readonly automatic?: boolean | undefined;
  /** The package must have been built for this. Default: any. */
  readonly platform?: Platform | undefined;
  /** Licences that packages may have. Default: any. */
  readonly licenses?: LicensePolicy | undefined;
  /**
   * Tells what is known against a package by its full name, as `createAudit` of `pkg-archive` makes it; then it is refused.
   * Default: nothing is.
   */
  readonly vulnerabilities?: ((pkgname: string) => readonly Vulnerability[]) | undefined;
  /**
   * Goes on, with a warning, where the platform, the tools' version or a dependency is not right, where a file belongs to
   * another package, and where a dependent will not be satisfied by the new version.
   */
  readonly force?: boolean | undefined;
  /** As `force`, but only for dependents that the new version will not satisfy. */
  readonly allowBrokenDependents?: boolean | undefined;
}

/** How a package is removed. */
export interface RemoveOptions extends ChangeOptions {
  /** Also when other packages need it, or its scripts fail. */
  readonly force?: boolean | undefined;
  /** Also when it is marked as one not to be removed. */
  readonly evenIfPreserved?: boolean | undefined;
  /** Also files that were changed since they were installed. */
  readonly deleteChanged?: boolean | undefined;
}

/** What was installed. */
export interface InstallResult {
  readonly pkgname: string;
  /** As the package has it, without a `destdir`. */
  readonly prefix: string;
  /** False where just this package was there already and nothing but the automatic flag was touched. */
  readonly changed: boolean;
  /** How many files were put in place. */
  readonly files: number;
  /** Their size in bytes. */
  readonly bytes: number;
  /** The package's message to the user. */
  readonly display: string | undefined;
}

/** What was removed. */
export interface RemoveResult {
  readonly pkgname: string;
  /** How many files were removed. */
  readonly files: number;
  /** Absolute paths of files that were left alone because they were changed since, or are now another package's. */
  readonly leftAlone: readonly string[];
}
