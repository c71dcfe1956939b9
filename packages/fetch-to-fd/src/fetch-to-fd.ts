import { DigestCheck } from "./digests.ts";
import { SizeMismatchError, WriteError } from "./fetch-error.ts";
import { type OpenedUrl, openUrl } from "./open-url.ts";
import type { Digests, FetchOptions, Validators } from "./options.ts";
import { writeFully } from "./write-fully.ts";

/** What a transfer came to. */
export interface FetchResult {
  /** Where the body came from, after redirects, without user and password. */
  readonly url: string;
  /** Bytes that were written. */
  readonly bytes: number;
  /** What to send next time to learn whether it has changed. */
  readonly validators: Validators;
  /** True when the copy at hand is still good, and nothing was written. */
  readonly notModified: boolean;
  /** The digests that were asked for, and hold; none when nothing was written. */
  readonly digests: Digests;
}

/**
 * Streams a URL to an open file descriptor, holding one chunk in memory.
 *
 * The size and the digests are checked while the bytes pass, so what was written is good only when this resolves. The
 * descriptor stays open.
 *
 * @throws FetchError of any kind; the signal's reason
 */
export async function fetchToFd(
  url: string | URL,
  fd: number,
  options: FetchOptions = {},
): Promise<FetchResult> {
  const digests = new DigestCheck(options.digests ?? {});
  const opened = await openUrl(url, options);
  const { validators, notModified } = opened;
  const bytes = notModified ? 0 : await transfer(opened, fd, digests, options);
  return {
    url: opened.url,
    bytes,
    validators,
    notModified,
    digests: notModified ? {} : digests.finish(opened.url),
  };
}

/** @returns the bytes that were written */
async function transfer(
  { url, size, body, close }: OpenedUrl,
  fd: number,
  digests: DigestCheck,
  { expectedSize, onProgress, signal }: FetchOptions,
): Promise<number> {
  const total = size ?? expectedSize;
  let received = 0;
  const checkSize = (isWrong: boolean, found: number) => {
    if (expectedSize !== undefined && isWrong) throw new SizeMismatchError(url, expectedSize, found);
  };
  try {
    checkSize(total !== expectedSize, total ?? 0);
    for await (const chunk of body) {
      received += chunk.length;
      checkSize(received > (expectedSize ?? received), received);
      digests.update(chunk);
      await writeFully(fd, chunk, signal).catch((error: unknown) => {
        throw signal?.aborted === true ? signal.reason : new WriteError(url, `file descriptor ${fd}`, error);
      });
      onProgress?.({ received, total });
    }
    signal?.throwIfAborted();
    checkSize(received !== expectedSize, received);
    return received;
  } finally {
    close();
  }
}
