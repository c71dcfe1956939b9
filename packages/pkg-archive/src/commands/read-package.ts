import { FileError } from "../errors.ts";
import { openPackage, type PackageReader } from "../read/open-package.ts";
import { readFileChunks } from "../read-file-chunks.ts";

/** Reads a file, or standard input where its name is `-`. */
export function openFile(path: string): AsyncIterable<Uint8Array> {
  return path === "-" ? process.stdin : readFileChunks(path);
}

/**
 * Opens a package, uses it and closes it.
 *
 * @param path of the file, for errors
 * @throws FileError for a package that cannot be read
 */
export async function readPackage<T>(
  { path, bytes }: { path: string; bytes: AsyncIterable<Uint8Array> },
  use: (reader: PackageReader) => T | Promise<T>,
): Promise<T> {
  try {
    const reader = await openPackage(bytes);
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  } catch (error) {
    throw new FileError(path === "-" ? "standard input" : path, error);
  }
}
