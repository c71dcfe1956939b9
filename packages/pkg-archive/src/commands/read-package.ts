import { addAbortSignal } from "node:stream";
import { FileError } from "../errors.ts";
import { openPackage, type PackageReader } from "../read/open-package.ts";
import { readFileChunks } from "../read-file-chunks.ts";

/** Reads a file, or standard input where its name is `-`, until it is ended. */
export async function* openFile(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const bytes = path === "-" ? addAbortSignal(signal, process.stdin) : readFileChunks(path);
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    yield chunk;
  }
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
