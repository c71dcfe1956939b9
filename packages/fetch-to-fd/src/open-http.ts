import { type ClientRequest, type IncomingMessage, request as requestHttp, STATUS_CODES } from "node:http";
import { request as requestHttps } from "node:https";
import { FetchError, HttpStatusError, redactUrl, TruncatedError } from "./fetch-error.ts";
import type { OpenedUrl } from "./open-url.ts";
import type { OpenOptions } from "./options.ts";
import { systemReason } from "./system-reason.ts";

const DEFAULT_MAX_REDIRECTS = 10;
const DEFAULT_IDLE_TIMEOUT = 60_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Opens an `http:` or `https:` URL, following redirects. */
export async function openHttp(url: URL, options: OpenOptions): Promise<OpenedUrl> {
  const maxRedirects = options.maxRedirects ?? DEFAULT_MAX_REDIRECTS;
  let target = url;
  for (let redirects = 0; ; redirects++) {
    const response = await answer(target, options);
    const status = response.statusCode ?? 0;
    if (!REDIRECTS.has(status)) return opened(target, response, options);
    response.destroy();
    if (redirects === maxRedirects) {
      throw new FetchError("ERR_FETCH_REDIRECT", url, `more than ${maxRedirects} redirects`);
    }
    target = redirectTarget(target, response.headers.location);
  }
}

/** Sends the request and waits for the head of the answer. */
function answer(url: URL, options: OpenOptions): Promise<IncomingMessage> {
  const { signal, ca, family, idleTimeout = DEFAULT_IDLE_TIMEOUT } = options;
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const request: ClientRequest = send(url, {
      headers: requestHeaders(options),
      agent: false,
      timeout: idleTimeout,
      ...(signal && { signal }),
      ...(ca !== undefined && { ca }),
      ...(family !== undefined && { family }),
    });
    // Stays in force for the body, since it is the socket's.
    request.once("timeout", () => {
      request.destroy(new FetchError("ERR_FETCH_STALLED", url, `nothing came for ${idleTimeout} ms`));
    });
    request.once("response", resolve);
    request.on("error", (error) =>
      reject(signal?.aborted === true ? signal.reason : connectionError(url, error)),
    );
    request.end();
  });
}

function requestHeaders(options: OpenOptions): Record<string, string> {
  const { etag, lastModified } = options.validators ?? {};
  return {
    "user-agent": options.userAgent ?? "fetch-to-fd",
    accept: "*/*",
    // What is fetched is compressed already, and sizes and digests are those of the file.
    "accept-encoding": "identity",
    ...(etag !== undefined && { "if-none-match": etag }),
    ...(lastModified !== undefined && { "if-modified-since": lastModified }),
    ...options.headers,
  };
}

function connectionError(url: URL, error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  return new FetchError("ERR_FETCH_CONNECTION", url, systemReason(error), { cause: error });
}

function redirectTarget(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new FetchError("ERR_FETCH_REDIRECT", from, `redirected to ${location ?? "nowhere"}`);
  }
  const to = new URL(location, from);
  const isAllowed = to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:");
  if (!isAllowed)
    throw new FetchError("ERR_FETCH_REDIRECT", from, `redirected to ${redactUrl(to)}, which is less safe`);
  return to;
}

function opened(url: URL, response: IncomingMessage, options: OpenOptions): OpenedUrl {
  const { statusCode: status = 0, headers } = response;
  const notModified = status === 304 && options.validators !== undefined;
  if (!notModified && status !== 200) {
    response.destroy();
    throw new HttpStatusError(
      url,
      status,
      response.statusMessage || STATUS_CODES[status] || `status ${status}`,
    );
  }
  const size = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
  if (notModified) response.resume();
  return {
    url: redactUrl(url),
    size,
    validators: { etag: headers.etag, lastModified: headers["last-modified"] },
    contentType: headers["content-type"],
    notModified,
    body: readBody(url, response, size, options.signal),
    close: () => void response.destroy(),
  };
}

async function* readBody(
  url: URL,
  response: IncomingMessage,
  size: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw bodyError(url, size, received, error);
  }
}

/** Node reports a connection that closes too early as reset. */
function bodyError(url: URL, size: number | undefined, received: number, error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  if ((error as NodeJS.ErrnoException).code === "ECONNRESET") {
    return new TruncatedError(url, size, received, { cause: error });
  }
  return connectionError(url, error);
}
