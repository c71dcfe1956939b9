import { DigestCheck } from "./digests.ts";
import { FetchError, SizeMismatchError } from "./fetch-error.ts";
import { type OpenedUrl, openUrl } from "./open-url.ts";
import type { FetchOptions, Validators } from "./options.ts";
import { systemReason } from "./system-reason.ts";
import { writeFully } from "./write-fully.ts";

/** What a transfer came to. */
export interface FetchResult {
  /** Where the body came from, after redirects. */
  readonly url: string;
  /** Bytes that were written. */
  readonly bytes: number;
  /** What to send next time to learn whether it has changed. */
  readonly validators: Validators;
  /** True when the copy at hand is still good, and nothing was written. */
  readonly notModified: boolean;
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
  const opened = await openUrl(url, options);
  const result = { url: opened.url, validators: opened.validators, notModified: opened.notModified };
  if (opened.notModified) return { ...result, bytes: 0 };
  return { ...result, bytes: await transfer(opened, fd, options) };
}

async function transfer(opened: OpenedUrl, fd: number, options: FetchOptions): Promise<number> {
  const { expectedSize, onProgress } = options;
  const digests = new DigestCheck(options.digests ?? {});
  const total = opened.size ?? expectedSize;
  let received = 0;
  try {
    if (total !== (expectedSize ?? total))
      throw new SizeMismatchError(opened.url, expectedSize ?? 0, total ?? 0);
    for await (const chunk of opened.body) {
      received += chunk.length;
      if (received > (expectedSize ?? received))
        throw new SizeMismatchError(opened.url, expectedSize ?? 0, received);
      digests.update(chunk);
      await writeFully(fd, chunk).catch((error: unknown) => {
        throw new FetchError("ERR_FETCH_WRITE", opened.url, `cannot write: ${systemReason(error)}`, {
          cause: error,
        });
      });
      onProgress?.({ received, total });
    }
    if (received !== (expectedSize ?? received))
      throw new SizeMismatchError(opened.url, expectedSize ?? 0, received);
    digests.finish(opened.url);
    return received;
  } finally {
    opened.close();
  }
}
