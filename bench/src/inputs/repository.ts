import { createRepository } from "sample-repository";
import { generateSummary, type LocalServer, serveDirectory } from "test-support";

/** The package in it, whose file is as large as the one that made pkgin's memory be looked at in the first place. */
export const LARGE_PACKAGE = "large-1.0";

/**
 * Serves a repository with a generated catalogue, compressed by bzip2, and one real package of 262 MB.
 *
 * @param directory made where it is missing
 * @param prefix where the package is to be installed
 */
export async function serveRepository(directory: string, prefix: string): Promise<LocalServer> {
  const large = { pkgname: LARGE_PACKAGE, prefix, files: { "share/large": { size: 262_000_000 } } };
  await createRepository(directory, [large], { compression: "bzip2", otherRecords: generateSummary() });
  return serveDirectory(directory);
}
