import { existsSync } from "node:fs";
import { readPackageFile } from "../catalogue/package-file.ts";
import type { Context } from "../context.ts";
import type { FilePackage } from "../plan/file-resolver.ts";
import { cachedFile } from "./cache.ts";
import { savedFile } from "./saved-packages.ts";

let lastId = 0;

/**
 * Finds a package by its full name: in the repositories, or else in the cache, where it may have stayed from before, or among
 * what a transaction has saved.
 */
export async function findBuild(
  context: Context,
  fullName: string,
  transaction: number,
): Promise<FilePackage | undefined> {
  const remote = context.db.remoteFull(fullName);
  if (remote !== undefined) return { remote, depends: context.db.remoteDependencies(remote.id) };
  const file = cachedFile(context, { fullName });
  return existsSync(file)
    ? readPackageFile(file, (lastId -= 1))
    : findSavedBuild(context, fullName, transaction);
}

/** Finds just the build of a package that a transaction has saved. */
export async function findSavedBuild(
  { locations }: Context,
  fullName: string,
  transaction: number,
): Promise<FilePackage | undefined> {
  const file = savedFile(locations, transaction, fullName);
  return existsSync(file) ? readPackageFile(file, (lastId -= 1)) : undefined;
}
