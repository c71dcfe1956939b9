import { rmSync, statSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DigestMismatchError,
  downloadFile,
  FetchError,
  SizeMismatchError,
  TruncatedError,
} from "fetch-to-fd";
import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { fetchReason } from "../fetch-reason.ts";
import { downloadProgress } from "../report/progress.ts";
import { proceed } from "../report/prompt.ts";
import { cachedFile, digestOf, expectedDigests, packageUrl } from "./cache.ts";

/**
 * Brings packages into the cache. After each that fails the user is asked whether to go on without it.
 *
 * @param packages in the order in which they are fetched
 * @returns the full names of those that failed, or undefined where the user does not want to go on
 */
export async function downloadPackages(
  context: Context,
  packages: readonly RemotePackage[],
): Promise<ReadonlySet<string> | undefined> {
  const { output, options, signal } = context;
  const remote = packages.filter(({ repository }) => !isLocal(repository));
  const failed = new Set<string>();
  for (const entry of packages) {
    const label = `[${remote.indexOf(entry) + 1}/${remote.length}] `;
    const problem = isLocal(entry.repository)
      ? await linkPackage(context, entry)
      : await fetchPackage(context, entry, label);
    if (problem === undefined) continue;
    output.err(`${problem}\n`);
    failed.add(entry.fullName);
    if (!(await proceed({ output, answers: options.answers, byDefault: false, signal }))) return undefined;
  }
  return failed;
}

/** Whether a repository is a directory of this system, whose files need no copy. */
export function isLocal(repository: string): boolean {
  return repository.startsWith("file://");
}

/** @returns what went wrong */
async function fetchPackage(
  context: Context,
  remote: RemotePackage,
  label: string,
): Promise<string | undefined> {
  const { output, options, signal } = context;
  const url = packageUrl(remote);
  const progress = downloadProgress(output, label, `${remote.fullName}.tgz`, options.parsable);
  try {
    await downloadFile(url, cachedFile(context, remote), {
      signal,
      family: options.family,
      expectedSize: Number(remote.fileSize),
      digests: expectedDigests(remote),
      onProgress: progress.update,
    });
    progress.done();
    return undefined;
  } catch (error) {
    const hasEnded = hasCome(error);
    if (hasEnded) progress.done();
    else progress.failed();
    if (!(error instanceof FetchError)) throw error;
    return describe(remote, error);
  }
}

/** Whether an error is of a file that has come, though not as it should be. */
function hasCome(error: unknown): boolean {
  return [TruncatedError, SizeMismatchError, DigestMismatchError].some((kind) => error instanceof kind);
}

function describe({ fullName }: RemotePackage, error: FetchError): string {
  if (error instanceof SizeMismatchError)
    return `download error: ${fullName} size does not match pkg_summary`;
  if (error instanceof DigestMismatchError) {
    return digestMismatch(fullName, error.algorithm, [error.expected, error.found]);
  }
  if (error instanceof TruncatedError) return `download error: ${error.url} truncated`;
  return `download error: ${error.url} ${fetchReason(error)}`;
}

function digestMismatch(fullName: string, algorithm: string, [expected, found]: [string, string]): string {
  return `download error: ${fullName} digest does not match pkg_summary: ${algorithm} ${expected} was expected, found ${found}`;
}

/** Puts a link into the cache to a file of a repository on this system. @returns what went wrong */
async function linkPackage(context: Context, remote: RemotePackage): Promise<string | undefined> {
  const { fullName, fileSize } = remote;
  const target = fileURLToPath(packageUrl(remote));
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) return `${fullName} is not available in the repository`;
  if (BigInt(found.size) !== fileSize) return `download error: ${fullName} size does not match pkg_summary`;
  for (const [algorithm, expected] of Object.entries(expectedDigests(remote))) {
    const digest = await digestOf(target, algorithm);
    if (digest !== expected) return digestMismatch(fullName, algorithm, [expected, digest]);
  }
  const link = cachedFile(context, remote);
  rmSync(link, { force: true });
  symlinkSync(target, link);
  return undefined;
}
