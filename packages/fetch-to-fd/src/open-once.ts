import { FetchError, SizeMismatchError } from "./fetch-error.ts";
import { openFile } from "./open-file.ts";
import { openFtp } from "./open-ftp.ts";
import { openHttp } from "./open-http.ts";
import type { Answer, Attempt, ResumePoint } from "./opened.ts";
import type { FetchOptions } from "./options.ts";

/** Opens a URL, and refuses what cannot be what is wanted before a byte of it is used. */
export async function openOnce(
  url: string | URL,
  options: FetchOptions,
  from?: ResumePoint,
): Promise<Attempt> {
  options.signal?.throwIfAborted();
  const attempt = { ...(await openByScheme(url, options, from)), asked: String(url) };
  const { size, contentType, notModified, close } = attempt;
  const { expectedSize, refuseHtml } = options;
  if (notModified) return attempt;
  if (expectedSize !== undefined && size !== undefined && size !== expectedSize) {
    close();
    throw new SizeMismatchError(attempt.url, expectedSize, size);
  }
  if (refuseHtml === true && /^\s*(text\/html|application\/xhtml)/i.test(contentType ?? "")) {
    close();
    throw new FetchError("ERR_FETCH_HTML", attempt.url, "an HTML page came in place of data");
  }
  return attempt;
}

async function openByScheme(url: string | URL, options: FetchOptions, from?: ResumePoint): Promise<Answer> {
  if (!URL.canParse(String(url))) {
    throw new FetchError("ERR_FETCH_URL", url, "a URL such as https://example.com/file was expected");
  }
  const target = new URL(url);
  switch (target.protocol) {
    case "http:":
    case "https:":
      return openHttp(target, options, from);
    case "ftp:":
      return openFtp(target, options, from);
    case "file:":
      return openFile(target, options);
    default:
      throw new FetchError("ERR_FETCH_URL", url, "Invalid URL scheme");
  }
}
