import { write } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const writeOnce = promisify(write);
/** How long a full non-blocking pipe is left alone, in milliseconds. */
const FULL_PIPE_DELAY = 5;

/** Writes all of the bytes to a file descriptor, at its current position. */
export async function writeFully(fd: number, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    try {
      written += (await writeOnce(fd, bytes, written, bytes.length - written, null)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await delay(FULL_PIPE_DELAY);
    }
    signal?.throwIfAborted();
  }
}
