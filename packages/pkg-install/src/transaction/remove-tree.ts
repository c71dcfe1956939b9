import { type Dir, type Dirent, opendirSync, rmdirSync, unlinkSync } from "node:fs";
import { ignoring, isSystemError } from "../errors.ts";
import { native } from "../text.ts";

const SLASH = Buffer.from("/");
/** Names are bytes, of which Node's types do not know here. */
const OPTIONS = { encoding: "buffer" as BufferEncoding, bufferSize: 128 };

/**
 * Removes a directory with all that is in it, if there is one. Node's own way is to hold the names of all files in it at once, of
 * which there can be very many.
 */
export function removeTree(path: string): void {
  ignoring(() => removeDirectory(Buffer.from(native(path))), "ENOENT", "ENOTDIR");
}

function removeDirectory(path: Buffer): void {
  const count = removeContents(path, opendirSync(path, OPTIONS));
  try {
    rmdirSync(path);
  } catch (error) {
    // A file system may pass over names while others are removed.
    if (count === 0 || !isSystemError(error, "ENOTEMPTY", "EEXIST")) throw error;
    removeDirectory(path);
  }
}

/** @returns how much there was */
function removeContents(path: Buffer, directory: Dir): number {
  let count = 0;
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      removeEntry(path, entry);
      count++;
    }
  } finally {
    directory.closeSync();
  }
  return count;
}

function removeEntry(directory: Buffer, entry: Dirent): void {
  const path = Buffer.concat([directory, SLASH, entry.name as unknown as Buffer]);
  if (entry.isDirectory()) removeDirectory(path);
  else unlinkSync(path);
}
