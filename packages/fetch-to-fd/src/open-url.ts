import { FetchError } from "./fetch-error.ts";
import { openFile } from "./open-file.ts";
import { openHttp } from "./open-http.ts";
import type { OpenOptions, Validators } from "./options.ts";

/** A URL whose answer has begun. */
export interface OpenedUrl {
  /** Where the body comes from, after redirects, without user and password. */
  readonly url: string;
  /** Bytes of the body, where the server tells. */
  readonly size: number | undefined;
  /** What to send next time to learn whether it has changed. */
  readonly validators: Validators;
  /** The media type that the server tells. */
  readonly contentType: string | undefined;
  /** True when the copy that the given validators belong to is still good; there is no body then. */
  readonly notModified: boolean;
  /**
   * The body; a chunk is valid until the next one is asked for. Ending the iteration early closes the connection.
   *
   * It throws a TruncatedError or another FetchError when the body does not come to its end.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection of a body that is not wanted. */
  close(): void;
}

/**
 * Opens an `http:`, `https:` or `file:` URL.
 *
 * @throws HttpStatusError for an answer other than success; FetchError when there is no answer; the signal's reason
 */
export async function openUrl(url: string | URL, options: OpenOptions = {}): Promise<OpenedUrl> {
  options.signal?.throwIfAborted();
  const target = URL.canParse(String(url)) ? new URL(url) : undefined;
  switch (target?.protocol) {
    case "http:":
    case "https:":
      return openHttp(target, options);
    case "file:":
      return openFile(target, options);
    default:
      throw new FetchError("ERR_FETCH_URL", url, "Invalid URL scheme");
  }
}
