import { constants, type Stats } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { FetchError, WriteError } from "./fetch-error.ts";
import { type FetchResult, fetchToFd } from "./fetch-to-fd.ts";
import type { FetchOptions } from "./options.ts";

/** A link that somebody laid in the way is not followed. */
const CREATE: number = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Streams a URL to a file, which appears under its name only when it is complete and checked.
 *
 * The bytes go to `PATH.part` beside it, are brought to disk, and the file is renamed; after any failure, and when nothing
 * has changed since the given validators, the target is as it was and there is no part.
 *
 * @throws FetchError of any kind; the signal's reason
 */
export async function downloadFile(
  url: string | URL,
  path: string,
  options: FetchOptions = {},
): Promise<FetchResult> {
  const part = `${path}.part`;
  try {
    await refuseSpecialFile(path);
    const file = await open(part, CREATE);
    try {
      const result = await writePart(url, file, options);
      if (result.notModified) return result;
      await rename(part, path);
      await syncDirectory(dirname(path));
      return result;
    } finally {
      // After the rename there is none.
      await rm(part, { force: true });
    }
  } catch (error) {
    throw explain(error, url, path);
  }
}

/** Names the file in errors of the system. */
function explain(error: unknown, url: string | URL, path: string): unknown {
  if (error instanceof WriteError) return new WriteError(error.url, path, error.cause);
  const isSystems = !(error instanceof FetchError) && (error as NodeJS.ErrnoException).syscall !== undefined;
  return isSystems ? new WriteError(url, path, error) : error;
}

async function writePart(url: string | URL, file: FileHandle, options: FetchOptions): Promise<FetchResult> {
  try {
    const result = await fetchToFd(url, file.fd, options);
    await file.sync();
    return result;
  } finally {
    await file.close();
  }
}

/** Renaming a file onto a device, such as /dev/null, would remove the device. */
async function refuseSpecialFile(path: string): Promise<void> {
  const found: Stats | undefined = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw Object.assign(new Error("not a regular file"), { syscall: "open" });
}

/** Brings the directory's new entry to disk. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
