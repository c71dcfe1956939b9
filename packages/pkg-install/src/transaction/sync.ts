import { execFile } from "node:child_process";

/**
 * Brings everything on the file systems of these paths to disk.
 *
 * One pass for a whole package is far cheaper than one for each file, but Node cannot ask the system for it; the
 * machine's `sync` can.
 *
 * @returns what went wrong, if anything did
 */
export function syncFileSystems(paths: readonly string[]): Promise<Error | undefined> {
  return new Promise((resolve) => {
    execFile("sync", ["-f", ...paths], (error) => resolve(error ?? undefined));
  });
}
