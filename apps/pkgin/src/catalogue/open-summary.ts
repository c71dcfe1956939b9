import { ConnectionError, FetchError, openUrl, type OpenedUrl } from "fetch-to-fd";
import type { Repository } from "summary-to-sqlite";
import { mirrorsOf } from "../config/mirrors.ts";
import { networkOptions } from "../config/network.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { fetchReason } from "../fetch-reason.ts";
import { announceRequest } from "../report/announce-request.ts";

/**
 * The first that a repository has is taken, every time: where a better one comes to stand beside the one that was read before,
 * that one may never change again.
 */
const SUMMARY_FILES = ["pkg_summary.zst", "pkg_summary.xz", "pkg_summary.bz2", "pkg_summary.gz"] as const;

/** How long who is in a hurry waits for a byte, in milliseconds. */
const HURRY = 5000;

/** How a summary is opened. */
export interface OpenSummaryOptions {
  /** Also where nothing has changed. */
  readonly force: boolean;
  readonly isHurried: boolean;
}

/**
 * Opens the summary of a repository.
 *
 * @returns undefined where it is not newer than what the catalogue holds
 * @throws FatalError when there is none to be had
 */
export async function openSummary(
  context: Context,
  repository: Repository,
  { force, isHurried }: OpenSummaryOptions,
): Promise<OpenedUrl | undefined> {
  let failure = new FatalError(`${repository.url} has no summary`);
  const validators = force ? {} : { etag: repository.etag, lastModified: repository.lastModified };
  for (const file of SUMMARY_FILES) {
    const url = `${repository.url}/${file}`;
    try {
      announceRequest(context, url);
      const opened = await openUrl(url, {
        ...networkOptions(context, url),
        mirrors: mirrorsOf(context, repository.url, url),
        validators,
        reuseMemory: true,
        ...(isHurried && { connectTimeout: HURRY, idleTimeout: HURRY }),
      });
      if (!opened.notModified && (force || !isOld(opened, repository))) return opened;
      opened.close();
      return undefined;
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      failure = new FatalError(`Could not fetch ${error.url}: ${fetchReason(error)}`, { cause: error });
      if (!mayBeElsewhere(error)) break;
    }
  }
  throw failure;
}

/** Some servers send everything, whatever is asked for; then their date tells. */
function isOld({ validators }: OpenedUrl, repository: Repository): boolean {
  if (repository.mtime === 0 || validators.lastModified === undefined) return false;
  if (validators.etag !== undefined && repository.etag !== undefined)
    return validators.etag === repository.etag;
  return validators.lastModified === repository.lastModified;
}

/** Whether another name may have better luck: not where waiting again would be all that comes of it. */
function mayBeElsewhere(error: FetchError): boolean {
  if (error.code === "ERR_FETCH_STATUS") return true;
  if (error.code === "ERR_FETCH_READ" || error.code === "ERR_FETCH_URL") return true;
  return error instanceof ConnectionError && error.reason === "Connection refused";
}
