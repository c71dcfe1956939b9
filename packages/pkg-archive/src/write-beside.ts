import { open, rename, rm } from "node:fs/promises";
import { FileError } from "./errors.ts";

/**
 * Writes a file so that it appears only when it is complete and on disk; there is no other trace after a failure.
 *
 * @throws what the bytes throw; FileError for what the system says of the writing
 */
export async function writeBeside(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const file = await writing(path, open(part, "w", 0o644));
    try {
      for await (const chunk of bytes) await writing(path, file.writeFile(chunk));
      await writing(path, file.sync());
    } finally {
      await file.close();
    }
    await writing(path, rename(part, path));
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * Names the file that is to be written in what the system says, which would name another one beside it, or none.
 *
 * @throws FileError
 */
export async function writing<T>(path: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    throw new FileError(path, error);
  }
}
