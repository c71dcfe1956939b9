import { STATUS_CODES } from "node:http";
import { FetchError, HttpStatusError, RedirectError, redactUrl } from "./fetch-error.ts";
import { type HttpAnswer, sendRequest } from "./http-request.ts";
import type { OpenedUrl } from "./open-url.ts";
import type { OpenOptions } from "./options.ts";

const DEFAULT_MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Headers that tell a secret which only the first server should know. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(["authorization", "cookie"]);

/** Opens an `http:` or `https:` URL, following redirects. */
export async function openHttp(url: URL, options: OpenOptions): Promise<OpenedUrl> {
  const maxRedirects = options.maxRedirects ?? DEFAULT_MAX_REDIRECTS;
  let target = url;
  for (let redirects = 0; ; redirects++) {
    const answer = await sendRequest(target, requestHeaders(options, target.origin === url.origin), options);
    const { statusCode = 0, headers } = answer.response;
    if (!REDIRECTS.has(statusCode)) return opened(target, answer, options);
    answer.close();
    if (redirects === maxRedirects) throw new RedirectError(url, `more than ${maxRedirects} redirects`);
    target = redirectTarget(target, headers.location);
  }
}

function requestHeaders(options: OpenOptions, isTrusted: boolean): Record<string, string> {
  const { etag, lastModified } = options.validators ?? {};
  const extra = Object.entries(options.headers ?? {});
  return {
    "user-agent": options.userAgent ?? "fetch-to-fd",
    accept: "*/*",
    // What is fetched is compressed already, and sizes and digests are those of the file.
    "accept-encoding": "identity",
    ...(etag !== undefined && { "if-none-match": etag }),
    ...(lastModified !== undefined && { "if-modified-since": lastModified }),
    ...Object.fromEntries(extra.filter(([name]) => isTrusted || !SECRET_HEADERS.has(name.toLowerCase()))),
  };
}

function redirectTarget(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new RedirectError(
      from,
      `redirected to ${location === undefined ? "nowhere" : redactUrl(location)}`,
    );
  }
  const to = new URL(location, from);
  const isAllowed = to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:");
  if (!isAllowed) throw new RedirectError(from, `redirected to ${redactUrl(to)}, which is less safe`);
  if (to.origin === from.origin && to.username === "") {
    to.username = from.username;
    to.password = from.password;
  }
  return to;
}

function opened(url: URL, { response, size, body, close }: HttpAnswer, options: OpenOptions): OpenedUrl {
  const { statusCode: status = 0, statusMessage, headers } = response;
  const notModified = status === 304 && options.validators !== undefined;
  if (notModified || status !== 200) close();
  if (!notModified && status !== 200) {
    throw new HttpStatusError(url, status, statusMessage || STATUS_CODES[status] || `status ${status}`);
  }
  if (size !== undefined && !Number.isSafeInteger(size)) {
    close();
    throw new FetchError(
      "ERR_FETCH_CONNECTION",
      url,
      `a body of ${headers["content-length"]} bytes is too large`,
    );
  }
  // An answer that nothing has changed may leave out what has not changed.
  const known = notModified ? options.validators : undefined;
  return {
    url: redactUrl(url),
    size: notModified ? undefined : size,
    validators: {
      etag: headers.etag ?? known?.etag,
      lastModified: headers["last-modified"] ?? known?.lastModified,
    },
    contentType: headers["content-type"],
    notModified,
    body: notModified ? noBody() : body,
    close,
  };
}

async function* noBody(): AsyncGenerator<Uint8Array> {}
