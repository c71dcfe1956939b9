import { rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { downloadFile, FetchError } from "fetch-to-fd";
import { isPackageFile, isPackageUrl } from "../catalogue/is-package-file.ts";
import { readPackageFile } from "../catalogue/package-file.ts";
import { networkOptions } from "../config/network.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { fetchReason } from "../fetch-reason.ts";
import { makeDirectory } from "../make-directories.ts";
import type { FilePackage } from "../plan/file-resolver.ts";
import { announceRequest } from "../report/announce-request.ts";
import { downloadProgress } from "../report/progress.ts";
import { cachedFile } from "./cache.ts";

/**
 * Reads those of some arguments that are package files or URLs of them, and works with what they hold; what was fetched for it
 * is gone afterwards.
 *
 * @param work gets the packages, and the arguments with full names in the place of files
 * @throws FatalError for a file that is no package, or a URL that cannot be fetched
 */
export async function withPackageFiles(
  context: Context,
  args: readonly string[],
  work: (files: readonly FilePackage[], names: readonly string[]) => Promise<number>,
): Promise<number> {
  const fetched = join(context.locations.cache, ".fetched");
  const files: FilePackage[] = [];
  const names: string[] = [];
  try {
    for (const argument of args) {
      const path = await localPath(context, argument, fetched);
      const file = path === undefined ? undefined : await readPackageFile(path, -1 - files.length);
      if (file !== undefined) files.push(file);
      names.push(file?.remote.fullName ?? argument);
    }
    return await work(files, names);
  } finally {
    // A link in the cache to a file that may go at any time is of no use to a later run.
    for (const { remote } of files) rmSync(cachedFile(context, remote), { force: true });
    rmSync(fetched, { recursive: true, force: true });
  }
}

/** @returns undefined for what is no file and no URL */
async function localPath(context: Context, argument: string, directory: string): Promise<string | undefined> {
  if (argument.startsWith("file://")) return fileURLToPath(argument);
  if (isPackageUrl(argument)) return fetchFile(context, argument, directory);
  return isPackageFile(argument) ? resolve(argument) : undefined;
}

async function fetchFile(context: Context, url: string, directory: string): Promise<string> {
  const { options, output } = context;
  if (!URL.canParse(url)) throw new FatalError(`${url} is no URL that could be fetched`);
  const name = basename(new URL(url).pathname) || "package";
  const path = join(directory, name);
  const progress = downloadProgress(output, "[1/1] ", name, options.parsable);
  makeDirectory(directory);
  try {
    announceRequest(context, url);
    await downloadFile(url, path, { ...networkOptions(context, url), onProgress: progress.update });
    progress.done();
    return path;
  } catch (error) {
    progress.failed();
    if (!(error instanceof FetchError)) throw error;
    throw new FatalError(`download error: ${error.url} ${fetchReason(error)}`, { cause: error });
  }
}
