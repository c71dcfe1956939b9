import { execFile } from "node:child_process";

/**
 * Brings everything on the file systems of these paths to disk.
 *
 * One pass for a whole package is far cheaper than one for each file, but Node cannot ask the system for it; the
 * machine's `sync` can. Where that does not know single file systems it does so for all.
 *
 * @returns what went wrong, if anything did
 */
export async function syncFileSystems(paths: readonly string[]): Promise<Error | undefined> {
  const failure = await run(["-f", ...paths]);
  return failure && (await run([]));
}

function run(parameters: readonly string[]): Promise<Error | undefined> {
  return new Promise((resolve) => {
    execFile("sync", parameters, (error) => resolve(error ?? undefined));
  });
}
