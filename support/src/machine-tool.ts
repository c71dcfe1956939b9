import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Finds a program of the machine on PATH, for tests and benches that compare with it or are skipped without it.
 *
 * @returns the absolute path, or undefined where it is not installed
 */
export function machineTool(name: string): string | undefined {
  for (const directory of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this directory: look in the next.
    }
  }
  return undefined;
}
