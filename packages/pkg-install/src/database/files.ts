import {
  chmodSync,
  closeSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isSystemError } from "../errors.ts";
import { encodeText } from "pkg-archive";
import { decodePart } from "../text.ts";

/** The mode of the metadata files that change. */
export const CHANGEABLE = 0o644;

/** The file of a package's directory that names the packages which need it. */
export const REQUIRED_BY = "+REQUIRED_BY";

/** Reads a small file, or answers undefined where there is none. */
export function readText(path: string): string | undefined {
  return withBytes(path, (bytes, length) => decodePart(bytes, 0, length));
}

/** Very many small files are read one after the other: they share this memory. */
const scratch = Buffer.allocUnsafeSlow(128 * 1024);

/**
 * Reads a file and makes something of its bytes, which are valid until that returns, and are the first of so many.
 *
 * @returns undefined where there is no such file
 */
export function withBytes<Result>(
  path: string,
  use: (bytes: Buffer, length: number) => Result,
): Result | undefined {
  try {
    const fd = openSync(path, "r");
    try {
      const length = readSync(fd, scratch);
      if (length < scratch.length) return use(scratch, length);
      const whole = readFileSync(path);
      return use(whole, whole.length);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Reads the lines of a small file; none where there is no file. */
export function readLines(path: string): readonly string[] {
  return (readText(path) ?? "").split("\n").filter((line) => line !== "");
}

/** Replaces a small file in one go, or removes it where there is no content. */
export function replaceFile(path: string, content: string | undefined): void {
  if (content === undefined) return rmSync(path, { force: true });
  const beside = `${path}.tmp`;
  try {
    writeFileSync(beside, encodeText(content));
    chmodSync(beside, CHANGEABLE);
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
}
