import { rmSync, statSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DigestMismatchError,
  downloadFile,
  FetchError,
  type Progress,
  SizeMismatchError,
  StalledError,
  TruncatedError,
} from "fetch-to-fd";
import type { RemotePackage } from "summary-to-sqlite";
import { mirrorsOf } from "../config/mirrors.ts";
import { networkOptions } from "../config/network.ts";
import type { Context } from "../context.ts";
import { fetchReason } from "../fetch-reason.ts";
import { announceRequest } from "../report/announce-request.ts";
import { cachedFile, digestOf, packageUrl } from "./cache.ts";

/** How often a transfer that breaks off in the middle is gone on with. */
const RESUMPTIONS = 3;
const RESUMPTION_DELAY = 200;

/** Why a package is not in the cache. */
export interface DownloadProblem {
  /** As the user is told. */
  readonly message: string;
  /** The file has come, though not as it should be. */
  readonly hasCome: boolean;
}

/** Whether a repository is a directory of this system, whose files need no copy. */
export function isLocal(repository: string): boolean {
  return repository.startsWith("file://");
}

/**
 * Brings a package into the cache, checked.
 *
 * @returns what went wrong
 * @throws the signal's reason
 */
export async function fetchPackage(
  context: Context,
  remote: RemotePackage,
  onProgress: (progress: Progress) => void,
): Promise<DownloadProblem | undefined> {
  if (isLocal(remote.repository)) return linkPackage(context, remote);
  const url = packageUrl(remote);
  if (context.options.offline)
    return problem(`download error: ${url} is not in the cache, and --offline was given`);
  const expected = await context.integrity.expected(remote);
  const file = cachedFile(context, remote);
  try {
    announceRequest(context, url);
    await downloadFile(url, file, {
      ...networkOptions(context, url),
      mirrors: mirrorsOf(context, remote.repository, url),
      resume: true,
      retries: RESUMPTIONS,
      retryDelay: afterBreak,
      expectedSize: Number(remote.fileSize),
      digests: expected?.digests,
      onProgress,
    });
    return await refused(context, remote, file);
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return { message: describe(remote, error, expected?.source), hasCome: hasCome(error) };
  }
}

/** Takes a file that may not be installed out of the cache again. */
async function refused(
  { integrity }: Context,
  remote: RemotePackage,
  file: string,
): Promise<DownloadProblem | undefined> {
  const refusal = await integrity.refusal(remote, file);
  if (refusal === undefined) return undefined;
  rmSync(file, { force: true });
  return { message: refusedWords(remote, refusal), hasCome: true };
}

/** A file that the user has named was not downloaded. */
function refusedWords({ id }: RemotePackage, refusal: string): string {
  return id < 0 ? `pkgin: ${refusal}` : `download error: ${refusal}`;
}

/** What has broken off is gone on with soon; other failures are told, and the user decides. */
function afterBreak(error: FetchError, attempt: number): number | undefined {
  const isBroken = error instanceof TruncatedError || error instanceof StalledError;
  return isBroken ? attempt * RESUMPTION_DELAY : undefined;
}

function hasCome(error: unknown): boolean {
  return [TruncatedError, SizeMismatchError, DigestMismatchError].some((kind) => error instanceof kind);
}

function describe({ fullName }: RemotePackage, error: FetchError, source = "pkg_summary"): string {
  if (error instanceof SizeMismatchError) return sizeMismatch(fullName);
  if (error instanceof DigestMismatchError) {
    const { algorithm, expected, found } = error;
    return digestMismatch(fullName, { algorithm, expected, found, source });
  }
  if (error instanceof TruncatedError) return `download error: ${error.url} truncated`;
  return `download error: ${error.url} ${fetchReason(error)}`;
}

function sizeMismatch(fullName: string): string {
  return `download error: ${fullName} size does not match pkg_summary`;
}

function digestMismatch(
  fullName: string,
  { algorithm, expected, found, source }: Record<"algorithm" | "expected" | "found" | "source", string>,
): string {
  return `download error: ${fullName} digest does not match ${source}: ${algorithm} ${expected} was expected, found ${found}`;
}

/** Puts a link into the cache to a file of a repository on this system. */
async function linkPackage(context: Context, remote: RemotePackage): Promise<DownloadProblem | undefined> {
  const { fullName, fileSize } = remote;
  const target = fileURLToPath(packageUrl(remote));
  const found = statSync(target, { throwIfNoEntry: false });
  if (found === undefined) return problem(`${fullName} is not available in the repository`);
  if (BigInt(found.size) !== fileSize) return problem(sizeMismatch(fullName));
  const told = await context.integrity.expected(remote);
  for (const [algorithm, expected] of Object.entries(told?.digests ?? {})) {
    const digest = await digestOf(target, algorithm);
    const facts = { algorithm, expected, found: digest, source: told?.source ?? "" };
    if (digest !== expected) return problem(digestMismatch(fullName, facts));
  }
  const link = cachedFile(context, remote);
  // A build that only the cache still has is not to be lost for being refused.
  if (link === target) {
    const refusal = await context.integrity.refusal(remote, link);
    return refusal === undefined ? undefined : problem(refusedWords(remote, refusal));
  }
  rmSync(link, { force: true });
  symlinkSync(target, link);
  return refused(context, remote, link);
}

function problem(message: string): DownloadProblem {
  return { message, hasCome: false };
}
