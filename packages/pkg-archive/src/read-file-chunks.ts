import { open } from "node:fs/promises";

/** Reads a file in pieces that all have the same size, but for the last, and use the same memory. */
export async function* readFileChunks(path: string, size: number = 64 * 1024): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(size);
    for (;;) {
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await file.read(buffer, filled, size - filled, null);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      if (filled > 0) yield buffer.subarray(0, filled);
      if (filled < size) return;
    }
  } finally {
    await file.close();
  }
}
