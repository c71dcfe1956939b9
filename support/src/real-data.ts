import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Finds a file of real-size test data, which is not part of the repository.
 *
 * Looks below `$PKGSRC_TEST_DATA`, or else below `../shared/data` beside the repository.
 *
 * @param name path relative to that directory, such as `pkg_summary.bz2`
 * @returns the absolute path, or undefined where there is no such file
 */
export function realData(name: string): string | undefined {
  const directory = process.env["PKGSRC_TEST_DATA"] ?? resolve(repositoryRoot, "../shared/data");
  const path = resolve(directory, name);
  return existsSync(path) ? path : undefined;
}
