import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a directory that goes when the process ends, also where it is interrupted. */
export function scratchDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `${name}-`));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  return directory;
}
