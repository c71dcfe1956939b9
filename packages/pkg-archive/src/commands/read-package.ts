import { getSystemErrorMap } from "node:util";
import { openPackage, type PackageReader } from "../read/open-package.ts";
import { readFileChunks } from "../read-file-chunks.ts";

/** Reads a file, or standard input where its name is `-`. */
export function openFile(path: string): AsyncIterable<Uint8Array> {
  return path === "-" ? process.stdin : readFileChunks(path);
}

/**
 * Opens a package, uses it and closes it.
 *
 * @param bytes of the package, where they are not just those of the file
 * @throws FileError with the name of the file
 */
export async function readPackage<T>(
  path: string,
  use: (reader: PackageReader) => T | Promise<T>,
  bytes: AsyncIterable<Uint8Array> = openFile(path),
): Promise<T> {
  try {
    const reader = await openPackage(bytes);
    try {
      return await use(reader);
    } finally {
      await reader.close();
    }
  } catch (error) {
    throw new FileError(path, error);
  }
}

/** An error about a file, in words for the user: what the system says becomes a sentence with the file's name. */
export class FileError extends Error {
  override readonly name = "FileError";
  /** Of the cause. */
  readonly code: string | undefined;

  constructor(path: string, cause: unknown) {
    const { message, errno, path: place = path, code } = cause as NodeJS.ErrnoException;
    const [, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
    super(words === undefined ? `${path}: ${message}` : `${place}: ${words}`, { cause });
    this.code = code;
  }
}
