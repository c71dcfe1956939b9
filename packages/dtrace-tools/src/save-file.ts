import { open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";

/**
 * Writes a file beside its path and renames it when it is whole and on the disk; what a link points to is replaced, and what is no
 * plain file, such as a pipe or a device, is written to.
 *
 * @param pieces text or bytes, such as exporters give
 * @throws Error of the system, where it cannot be written; an older file is then as it was
 */
export async function saveFile(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isFile() === false) {
    await writeFile(path, pieces);
    return;
  }
  const whole = there === undefined ? path : await realpath(path);
  const part = `${whole}.part`;
  const file = await open(part, "w");
  try {
    await writeFile(file, pieces);
    await file.sync();
    await file.close();
    await rename(part, whole);
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}
