import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FetchError, TruncatedError } from "./fetch-error.ts";
import { type Answer, noBody } from "./opened.ts";
import type { OpenOptions } from "./options.ts";
import { readChunks } from "./read-chunks.ts";
import { systemReason } from "./system-reason.ts";

/** Opening a named pipe must not wait for its writer. */
const READ: number = constants.O_RDONLY | constants.O_NONBLOCK;

/** Opens a file by its URL; the time of its last change is its validator. */
export async function openFile(url: URL, options: OpenOptions): Promise<Answer> {
  let file: FileHandle;
  try {
    file = await open(fileURLToPath(url), READ);
  } catch (error) {
    throw readError(url, error);
  }
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    throw new FetchError("ERR_FETCH_READ", url, "Not a regular file");
  }
  const since = Date.parse(options.validators?.lastModified ?? "");
  // HTTP dates, and so validators, know whole seconds only.
  const notModified = Math.floor(stat.mtimeMs / 1000) * 1000 <= since;
  if (notModified) await file.close();
  return {
    url: url.href,
    size: stat.size,
    start: 0,
    // What is read at disk speed need not be gone on with.
    proof: undefined,
    validators: { lastModified: stat.mtime.toUTCString() },
    contentType: undefined,
    notModified,
    body: notModified ? noBody() : read(file, url, stat.size, options.signal),
    close: () => void file.close(),
  };
}

async function* read(
  file: FileHandle,
  url: URL,
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of readChunks(file, signal)) {
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw signal?.aborted === true ? error : readError(url, error);
  } finally {
    await file.close();
  }
  if (received < size) throw new TruncatedError(url, size, received);
}

function readError(url: URL, cause: unknown): FetchError {
  return new FetchError("ERR_FETCH_READ", url, systemReason(cause), { cause });
}
