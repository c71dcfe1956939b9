import type { FileHandle } from "node:fs/promises";

const BUFFER_SIZE = 256 * 1024;

/** Reads a file from its beginning to its end through one buffer; a chunk is valid until the next one is asked for. */
export async function* readChunks(
  file: FileHandle,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, BUFFER_SIZE, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
