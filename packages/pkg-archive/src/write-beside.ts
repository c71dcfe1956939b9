import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { FileError } from "./errors.ts";

/**
 * Writes a file so that it appears only when it is complete and on disk; there is no other trace after a failure.
 *
 * @throws what the bytes throw; FileError for what the system says of the writing
 */
export async function writeBeside(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await withPart(path, async (part) => {
    await writePart(part, { path, bytes });
    await writing(path, rename(part, path));
  });
}

/** Does something with a file beside the one that is to be written, under a name of its own; it is not there any more then. */
export async function withPart<T>(path: string, use: (part: string) => Promise<T>): Promise<T> {
  const part = partOf(path);
  try {
    return await use(part);
  } finally {
    await rm(part, { force: true });
  }
}

/** What a file is called until it is complete: something that no other file is, nor that of another writer of the same one. */
export function partOf(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.part`;
}

/**
 * Writes the part of a file that is to be written, and brings it to disk.
 *
 * @throws as {@link writeBeside}
 */
export async function writePart(
  part: string,
  { path, bytes }: { path: string; bytes: AsyncIterable<Uint8Array> },
): Promise<void> {
  const file = await writing(path, open(part, "wx", 0o644));
  try {
    for await (const chunk of bytes) await writing(path, file.writeFile(chunk));
    await writing(path, file.sync());
  } finally {
    await file.close();
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
