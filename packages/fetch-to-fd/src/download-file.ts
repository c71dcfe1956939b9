import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type FetchResult, fetchToFd } from "./fetch-to-fd.ts";
import type { FetchOptions } from "./options.ts";

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
  const file = await open(part, "w");
  try {
    let result: FetchResult;
    try {
      result = await fetchToFd(url, file.fd, options);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!result.notModified) {
      await rename(part, path);
      await syncDirectory(dirname(path));
    }
    return result;
  } finally {
    await rm(part, { force: true });
  }
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
