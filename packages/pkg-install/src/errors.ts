import { getSystemErrorMap } from "node:util";
import type { Vulnerability } from "pkg-archive";

/** What went wrong, for programs. */
export type PkgInstallErrorCode =
  | "ERR_PKGDB_BYFILE"
  | "ERR_PKGDB_DAMAGED"
  | "ERR_PKGDB_NOT_INSTALLED"
  | "ERR_PKGDB_NAME"
  | "ERR_PKGDB_BUSY"
  | "ERR_INSTALL_PRESENT"
  | "ERR_INSTALL_REPLACES_OTHER"
  | "ERR_INSTALL_TOOLS"
  | "ERR_INSTALL_PLATFORM"
  | "ERR_INSTALL_PREFIX"
  | "ERR_INSTALL_UNSAFE_PATH"
  | "ERR_INSTALL_LICENSE"
  | "ERR_INSTALL_VULNERABLE"
  | "ERR_INSTALL_PATTERN"
  | "ERR_INSTALL_CONFLICT"
  | "ERR_INSTALL_FILE_CONFLICT"
  | "ERR_INSTALL_DEPENDENCY"
  | "ERR_INSTALL_BREAKS_DEPENDENT"
  | "ERR_INSTALL_SCRIPT"
  | "ERR_INSTALL_WRITE"
  | "ERR_INSTALL_NOT_UNDONE"
  | "ERR_INSTALL_REQUIRED"
  | "ERR_INSTALL_PRESERVED";

/** What this package throws; `code` tells the kinds apart. */
export class PkgInstallError extends Error {
  override readonly name: string = "PkgInstallError";
  readonly code: PkgInstallErrorCode;
  /** The package that was to be installed, removed or read, where there is one. */
  readonly pkgname: string | undefined;

  constructor(
    code: PkgInstallErrorCode,
    message: string,
    facts: { readonly pkgname?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.pkgname = facts.pkgname;
  }
}

/** A pkgdb.byfile.db that cannot be read; it can be made anew from the packing lists. */
export class ByFileError extends PkgInstallError {
  override readonly name = "ByFileError";
  readonly path: string;
  /** The number of the page that is wrong, 0 for the file as a whole. */
  readonly page: number;

  constructor(path: string, page: number, reason: string) {
    super("ERR_PKGDB_BYFILE", `${path}, page ${page}: ${reason}; rebuild it from the packing lists`);
    this.path = path;
    this.page = page;
  }
}

/** A package whose licence is not among the acceptable ones. */
export class LicenseError extends PkgInstallError {
  override readonly name = "LicenseError";
  /** The value of LICENSE, where the package states it. */
  readonly license: string | undefined;

  constructor(pkgname: string, license: string | undefined) {
    const message =
      license === undefined
        ? `${pkgname} states no licence`
        : `the licence \`${license}' of ${pkgname} is not acceptable; add it to ACCEPTABLE_LICENSES if it is`;
    super("ERR_INSTALL_LICENSE", message, { pkgname });
    this.license = license;
  }
}

/** A package that something is known against. */
export class VulnerableError extends PkgInstallError {
  override readonly name = "VulnerableError";
  readonly vulnerabilities: readonly Vulnerability[];

  constructor(pkgname: string, vulnerabilities: readonly Vulnerability[]) {
    const list = vulnerabilities.map(({ type, url }) => `\n\t${type}, see ${url}`).join("");
    super("ERR_INSTALL_VULNERABLE", `${pkgname} is vulnerable:${list}`, { pkgname });
    this.vulnerabilities = vulnerabilities;
  }
}

/** A package that one of two does not want beside it. */
export class ConflictError extends PkgInstallError {
  override readonly name = "ConflictError";
  /** The installed package. */
  readonly installed: string;
  /** The pattern of the one that the other matches. */
  readonly pattern: string;

  constructor(message: string, facts: { pkgname: string; installed: string; pattern: string }) {
    super("ERR_INSTALL_CONFLICT", message, facts);
    this.installed = facts.installed;
    this.pattern = facts.pattern;
  }
}

/** A file that another installed package has already put there. */
export class FileConflictError extends PkgInstallError {
  override readonly name = "FileConflictError";
  readonly path: string;
  /** The package that owns it. */
  readonly owner: string;

  constructor(pkgname: string, path: string, owner: string) {
    super("ERR_INSTALL_FILE_CONFLICT", `${pkgname} cannot be installed: ${path} belongs to ${owner}`, {
      pkgname,
    });
    this.path = path;
    this.owner = owner;
  }
}

/** A package that others need. */
export class RequiredError extends PkgInstallError {
  override readonly name = "RequiredError";
  /** Names of the installed packages that need it. */
  readonly requiredBy: readonly string[];

  constructor(pkgname: string, requiredBy: readonly string[]) {
    const list = requiredBy.map((name) => `\n\t${name}`).join("");
    super("ERR_INSTALL_REQUIRED", `Package \`${pkgname}' is still required by other packages:${list}`, {
      pkgname,
    });
    this.requiredBy = requiredBy;
  }
}

/** A dependency that no installed package satisfies. */
export class DependencyError extends PkgInstallError {
  override readonly name = "DependencyError";
  readonly pattern: string;

  constructor(pkgname: string, pattern: string) {
    super(
      "ERR_INSTALL_DEPENDENCY",
      `${pkgname} needs ${pattern}, which is not installed; install that first`,
      { pkgname },
    );
    this.pattern = pattern;
  }
}

/** A script of the package that failed. */
export class ScriptError extends PkgInstallError {
  override readonly name = "ScriptError";
  /** Such as `PRE-INSTALL`. */
  readonly stage: string;
  /** The exit status, or the name of the signal that ended it. */
  readonly status: number | string;

  constructor(pkgname: string, stage: string, status: number | string, lastWords: string) {
    const said = lastWords === "" ? "" : `: ${lastWords}`;
    super("ERR_INSTALL_SCRIPT", `the ${stage} script of ${pkgname} ended with status ${status}${said}`, {
      pkgname,
    });
    this.stage = stage;
    this.status = status;
  }
}

/** A path that would lead out of the package's prefix. */
export class UnsafePathError extends PkgInstallError {
  override readonly name = "UnsafePathError";
  readonly path: string;

  constructor(pkgname: string, path: string, reason: string) {
    super("ERR_INSTALL_UNSAFE_PATH", `${pkgname}: refused to touch ${JSON.stringify(path)}: ${reason}`, {
      pkgname,
    });
    this.path = path;
  }
}

/** What the system was asked for when bytes of a package did not come, of which whoever gave them is to tell. */
const READING: ReadonlySet<string | undefined> = new Set(["read", "recv", "connect", "getaddrinfo"]);

/**
 * What is thrown for an error of any kind: where the system refused to write, such as for want of space, an error that says so
 * and has the system's as its `cause`; others as they are.
 */
export function writeError(error: unknown, { pkgname, place }: WriteFacts): unknown {
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || READING.has(syscall) || error instanceof PkgInstallError) return error;
  const whose = pkgname === undefined ? "" : `${pkgname}: `;
  const message = `${whose}cannot write ${place}: ${systemReason(error)}`;
  return new PkgInstallError("ERR_INSTALL_WRITE", message, { pkgname, cause: error });
}

/** What is known of something that could not be written. */
export interface WriteFacts {
  readonly pkgname?: string | undefined;
  /** Its path. */
  readonly place: string;
}

/** The path that an error of the system is about; that which something was to be renamed to goes before. */
export function pathOf(error: unknown): string | undefined {
  const { path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  return dest ?? path;
}

/** Whether an error came from the system, with this code. */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}

/** Does something where the system's errors of these codes are as good as its being done. */
export function ignoring(action: () => void, ...codes: readonly string[]): void {
  try {
    action();
  } catch (error) {
    if (!isSystemError(error, ...codes)) throw error;
  }
}

/** What the system says of a failure, with the path that it is about; of another error its message. */
export function systemReasonAt(error: unknown): string {
  const path = pathOf(error);
  return path === undefined ? systemReason(error) : `${path}: ${systemReason(error)}`;
}

function systemReason(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
