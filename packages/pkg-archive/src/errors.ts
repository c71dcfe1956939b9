import { getSystemErrorMap } from "node:util";

/** What this package throws; `code` tells the kinds apart. */
export abstract class PackageError extends Error {
  abstract readonly code: `ERR_PACKAGE_${string}`;

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** Bytes that have been cut or changed on their way: compression or archive do not hold together. */
export class DamagedError extends PackageError {
  readonly code = "ERR_PACKAGE_DAMAGED";
}

/** Something that is whole, but not as a package, a packing list or another of these files must be. */
export class MalformedError extends PackageError {
  readonly code = "ERR_PACKAGE_MALFORMED";
}

/** Something larger than is allowed. */
export class LimitError extends PackageError {
  readonly code = "ERR_PACKAGE_LIMIT";
}

/** A file whose digest, size or link target is not what was recorded. */
export class DigestError extends PackageError {
  readonly code = "ERR_PACKAGE_DIGEST";
  /** The file, relative to the prefix of its package. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;

  constructor(path: string, expected: string, found: string) {
    super(`${path} is damaged: ${expected} was expected, found ${found}`);
    this.path = path;
    this.expected = expected;
    this.found = found;
  }
}

/** A package that cannot be written as it was described. */
export class SpecError extends PackageError {
  readonly code = "ERR_PACKAGE_SPEC";
}

/** A signature that is not good, or not of anybody who is trusted. */
export class SignatureError extends PackageError {
  readonly code = "ERR_PACKAGE_SIGNATURE";
}

/** A file that cannot be used; `cause` tells why. */
export class FileError extends PackageError {
  readonly code = "ERR_PACKAGE_FILE";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path}: ${systemReason(cause)}`, cause);
    this.path = path;
  }
}

/** A program that is needed and not there, or that failed. */
export class ToolError extends PackageError {
  readonly code = "ERR_PACKAGE_TOOL";
  /** Its name. */
  readonly tool: string;

  constructor(tool: string, message: string, cause?: unknown) {
    super(message, cause);
    this.tool = tool;
  }
}

/** What the system says of a failure, without the call and the path that Node adds; of another error its message. */
export function systemReason(error: unknown): string {
  const { message, errno } = error as NodeJS.ErrnoException;
  const [, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return words ?? message;
}
