import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { saveFile } from "dtrace-tools";
import { UsageError } from "./errors.ts";
import type { Report } from "./report/report.ts";

/** Writes to standard output where the path is `-`, else to the file. */
export async function writeOut(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  report: Report,
): Promise<void> {
  await (path === "-" ? report.print(pieces) : save(path, pieces));
}

/**
 * Writes a file as a whole or not at all, as `saveFile` does.
 *
 * @throws Error that names the file, where it cannot be written
 */
export async function save(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  try {
    await saveFile(path, pieces);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new Error(`${path}: cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Makes sure that files can be written before a command runs, not after an hour of it.
 *
 * @param paths of which `-` is standard output, and undefined none
 * @throws UsageError where one cannot be written
 */
export async function mustBeWritable(...paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined || path === "-") continue;
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory() === true)
      throw new UsageError(`${path}: expected a file to write, found a directory`);
    const written = there === undefined || there.isFile() ? dirname(path) : path;
    await access(written, constants.W_OK).catch((error: unknown) => {
      throw new UsageError(`${path}: cannot be written: ${(error as Error).message}`);
    });
  }
}
