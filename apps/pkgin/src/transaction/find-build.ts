import { existsSync } from "node:fs";
import { readPackageFile } from "../catalogue/package-file.ts";
import type { Context } from "../context.ts";
import type { FilePackage } from "../plan/file-resolver.ts";
import { cachedFile } from "./cache.ts";

let lastId = 0;

/** Finds a package by its full name: in the repositories, or else in the cache, where it may have stayed from before. */
export async function findBuild(context: Context, fullName: string): Promise<FilePackage | undefined> {
  const remote = context.db.remoteFull(fullName);
  if (remote !== undefined) return { remote, depends: context.db.remoteDependencies(remote.id) };
  const file = cachedFile(context, { fullName });
  return existsSync(file) ? readPackageFile(file, (lastId -= 1)) : undefined;
}
