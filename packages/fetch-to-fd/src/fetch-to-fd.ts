import { fstat } from "node:fs";
import { promisify } from "node:util";
import { startDeadline } from "./deadline.ts";
import { DigestCheck } from "./digests.ts";
import { WriteError } from "./fetch-error.ts";
import { openAny } from "./open-any.ts";
import type { Digests, FetchOptions, Validators } from "./options.ts";
import { BodyWriter } from "./write-body.ts";

const STANDARD: readonly string[] = ["standard input", "standard output", "standard error"];

const checkOpen = promisify(fstat);

/** What a transfer came to. */
export interface FetchResult {
  /** Where the body came from, after redirects, without user and password. */
  readonly url: string;
  /** Bytes of the body; 0 when nothing was written. */
  readonly bytes: number;
  /** How many of them were there from an earlier download. */
  readonly resumedAt: number;
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
 * descriptor stays open. Where an attempt breaks off, the next goes on in the middle if the server proves that it is still
 * the same body; what is written cannot be taken back.
 *
 * An abort waits for the write that is under way, which on a pipe that blocks may be long.
 *
 * @throws FetchError of any kind; the signal's reason; RangeError for a digest of the wrong form
 */
export async function fetchToFd(
  url: string | URL,
  fd: number,
  options: FetchOptions = {},
): Promise<FetchResult> {
  const digests = await DigestCheck.create(options.digests);
  const { signal, clear } = startDeadline(url, options);
  const limited = { ...options, signal };
  const name = STANDARD[fd] ?? `file descriptor ${fd}`;
  try {
    // The number of one that is closed would be given to the connection, and the server sent its own bytes.
    await checkOpen(fd).catch((error: unknown) => {
      throw new WriteError(url, name, error);
    });
    const attempt = await openAny([url, ...(options.mirrors ?? [])], limited);
    const { validators, notModified } = attempt;
    const writer = new BodyWriter({ fd, name }, digests, limited);
    const bytes = notModified ? 0 : await writer.write(attempt).finally(attempt.close);
    return {
      url: attempt.url,
      bytes,
      resumedAt: 0,
      validators,
      notModified,
      digests: notModified ? {} : digests.finish(attempt.url),
    };
  } finally {
    clear();
  }
}
