import { open, rename, rm } from "node:fs/promises";

/**
 * Writes a file so that it appears only when it is complete and on disk; there is no other trace after a failure.
 *
 * @throws the reason of the signal, what the bytes throw, and what the system says
 */
export async function writeBeside(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const file = await open(part, "w", 0o644);
    try {
      for await (const chunk of bytes) {
        signal.throwIfAborted();
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}
