import {
  basicAuthorization,
  type Credentials,
  credentialsOfUrl,
  credentialsOfVariable,
  findCredentials,
} from "./credentials.ts";
import { ConnectionError, HttpStatusError, RedirectError, redactUrl } from "./fetch-error.ts";
import { type HttpAnswer, sendRequest } from "./http-request.ts";
import { nodeHttp } from "./node-http.ts";
import { type Answer, noBody, type ResumePoint } from "./opened.ts";
import type { Environment, OpenOptions, Validators } from "./options.ts";
import { readRange, strongValidator, validatorOfProof } from "./range.ts";
import { requestHeaders } from "./request-headers.ts";

const DEFAULT_MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Opens an `http:` or `https:` URL, following redirects. */
export async function openHttp(url: URL, options: OpenOptions, from?: ResumePoint): Promise<Answer> {
  const { target, answer } = await follow(url, options, from);
  const { statusCode: status = 0, headers } = answer.response;
  try {
    if (status === 304 && options.validators !== undefined) return notModified(target, answer, options);
    const range = readRange(answer.response, from);
    if (range === "useless") {
      answer.close();
      return await openHttp(url, options);
    }
    if (status !== 200 && range === undefined) throw statusError(target, answer);
    const { start, size, isComplete } = range ?? { start: 0, size: answer.size, isComplete: false };
    if (size !== undefined && !Number.isSafeInteger(size)) {
      const reason = `a body of ${headers["content-length"]} bytes is too large`;
      throw new ConnectionError(target, new Error(reason));
    }
    if (isComplete) answer.close();
    const proof = range === undefined ? strongValidator(headers) : from?.proof;
    return {
      ...described(target, answer, validatorOfProof(range && proof)),
      size,
      start,
      proof,
      body: isComplete ? noBody() : answer.body(start, size),
    };
  } catch (error) {
    answer.close();
    throw error;
  }
}

/** Sends requests until one is answered with something else than a redirect. */
async function follow(
  url: URL,
  options: OpenOptions,
  from: ResumePoint | undefined,
): Promise<{ target: URL; answer: HttpAnswer }> {
  const { maxRedirects = DEFAULT_MAX_REDIRECTS, environment = process.env } = options;
  let target = url;
  for (let redirects = 0; ; redirects++) {
    const isTrusted = target.origin === url.origin;
    const send = (known: Credentials | undefined) => {
      const authorization = known && basicAuthorization(known);
      return sendRequest(
        target,
        requestHeaders(target, options, { isTrusted, authorization, from }),
        options,
      );
    };
    // To the same server we are still who we were, unless the redirect names another.
    const naming = isTrusted && credentialsOfUrl(target) === undefined ? url : target;
    const known = await findCredentials(naming, environment);
    let answer = await send(known);
    const other = known === undefined && isTrusted ? credentialsAskedFor(answer, environment) : undefined;
    if (other !== undefined) {
      answer.close();
      answer = await send(other);
    }
    if (!REDIRECTS.has(answer.response.statusCode ?? 0)) return { target, answer };
    answer.close();
    if (redirects === maxRedirects) throw new RedirectError(url, `more than ${maxRedirects} redirects`);
    target = redirectTarget(target, answer.response.headers.location);
  }
}

/** Who the environment says to be for the realm that the server has asked for. */
function credentialsAskedFor({ response }: HttpAnswer, environment: Environment): Credentials | undefined {
  if (response.statusCode !== 401) return undefined;
  const realm = /^basic\s.*?realm="?([^"]*)/i.exec(response.headers["www-authenticate"] ?? "")?.[1];
  return realm === undefined ? undefined : credentialsOfVariable(environment["HTTP_AUTH"], realm);
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
  return to;
}

function statusError(url: URL, { response }: HttpAnswer): HttpStatusError {
  const { statusCode: status = 0, statusMessage, headers } = response;
  const words = statusMessage || nodeHttp().STATUS_CODES[status] || `status ${status}`;
  return new HttpStatusError(url, status, words, readRetryAfter(headers["retry-after"]));
}

/** Seconds or a date (RFC 9110, section 10.2.3), as milliseconds from now. */
function readRetryAfter(text: string | undefined): number | undefined {
  const delay = /^\d+$/.test(text ?? "") ? Number(text) * 1000 : Date.parse(text ?? "") - Date.now();
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

function notModified(url: URL, answer: HttpAnswer, { validators }: OpenOptions): Answer {
  answer.close();
  return {
    ...described(url, answer, validators),
    notModified: true,
    size: undefined,
    start: 0,
    proof: undefined,
    body: noBody(),
  };
}

/** @param known what the answer may leave out, since it has not changed */
function described(url: URL, { response: { headers }, close }: HttpAnswer, known: Validators = {}) {
  return {
    url: redactUrl(url),
    validators: {
      etag: headers.etag ?? known.etag,
      lastModified: headers["last-modified"] ?? known.lastModified,
    },
    contentType: headers["content-type"],
    notModified: false,
    close,
  };
}
