import { createHash } from "node:crypto";
import { closeSync, lstatSync, openSync, readlinkSync, readSync } from "node:fs";
import { decodeText, encodeText, type PackingFile, type PackingList } from "pkg-archive";

/** A file that is not as it was installed. */
export interface ChangedFile {
  /** Absolute, as the package knows it. */
  readonly path: string;
  /** Behind the path, such as `is missing`. */
  readonly problem: string;
}

const READ_SIZE = 256 * 1024;

/**
 * Finds the files of a package that are not as its packing list has them.
 *
 * @param destdir what comes before every path on this system; may be empty
 */
export function* changedFiles(
  { files, prefix }: Pick<PackingList, "files" | "prefix">,
  destdir: string,
): Generator<ChangedFile> {
  for (const file of files) {
    const path = `${prefix}/${file.path}`;
    const problem = problemOf(file, encodeText(destdir + path));
    if (problem !== undefined) yield { path, problem };
  }
}

function problemOf({ md5, target }: PackingFile, path: Uint8Array): string | undefined {
  try {
    const found = lstatSync(Buffer.from(path));
    if (target !== undefined || found.isSymbolicLink()) {
      if (!found.isSymbolicLink()) return "was a symbolic link, and is none any more";
      if (target === undefined)
        return md5 === undefined ? undefined : "was a file, and is a symbolic link now";
      const leads = decodeText(readlinkSync(Buffer.from(path), "buffer"));
      return leads === target ? undefined : `leads to ${leads}, where ${target} was recorded`;
    }
    if (!found.isFile()) return "was a file, and is none any more";
    return md5 === undefined || md5Of(path) === md5 ? undefined : "has changed";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "is missing" : `cannot be read: ${message}`;
  }
}

function md5Of(path: Uint8Array): string {
  const hash = createHash("md5");
  const buffer = Buffer.allocUnsafe(READ_SIZE);
  const fd = openSync(Buffer.from(path), "r");
  try {
    for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer))
      hash.update(buffer.subarray(0, got));
  } finally {
    closeSync(fd);
  }
  return hash.digest("hex");
}
