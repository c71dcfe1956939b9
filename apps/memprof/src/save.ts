import { open, rename, rm, writeFile } from "node:fs/promises";

import type { Report } from "./report/report.ts";

/** Writes to standard output where the path is `-`, else to the file. */
export async function writeOut(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  report: Report,
): Promise<void> {
  await (path === "-" ? report.print(pieces) : save(path, pieces));
}

/** Writes a file beside its path and renames it when it is whole. */
export async function save(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, "w");
  try {
    await writeFile(file, pieces);
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}
