import { type FileHandle, open } from "node:fs/promises";

const CHUNK_SIZE = 256 * 1024;

/**
 * Reads a file in pieces that all have the same size, but for the last, and use the same memory: a stream of Node's makes
 * new memory for each.
 *
 * @param size in bytes. Default: 256 KiB
 */
export async function* readFileChunks(path: string, size: number = CHUNK_SIZE): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    // A pipe has no positions.
    yield* chunks(file, size, null);
  } finally {
    await file.close();
  }
}

/** Reads an open file from its start as {@link readFileChunks} does, wherever it stands, and leaves it open. */
export function chunksFromStart(file: FileHandle): AsyncGenerator<Uint8Array> {
  return chunks(file, CHUNK_SIZE, 0);
}

async function* chunks(file: FileHandle, size: number, start: number | null): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(size);
  for (let total = 0, filled = size; filled === size; total += filled) {
    filled = 0;
    while (filled < size) {
      const position = start === null ? null : start + total + filled;
      const { bytesRead } = await file.read(buffer, filled, size - filled, position);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (filled > 0) yield buffer.subarray(0, filled);
  }
}
