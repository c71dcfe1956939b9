import { systemReason } from "./system-reason.ts";

/** What went wrong with a transfer, for programs. */
export type FetchErrorCode =
  | "ERR_FETCH_URL"
  | "ERR_FETCH_CONNECTION"
  | "ERR_FETCH_STATUS"
  | "ERR_FETCH_REDIRECT"
  | "ERR_FETCH_STALLED"
  | "ERR_FETCH_TIMEOUT"
  | "ERR_FETCH_TRUNCATED"
  | "ERR_FETCH_CHANGED"
  | "ERR_FETCH_HTML"
  | "ERR_FETCH_SIZE"
  | "ERR_FETCH_DIGEST"
  | "ERR_FETCH_READ"
  | "ERR_FETCH_WRITE";

/** A transfer that failed. */
export class FetchError extends Error {
  override readonly name: string = "FetchError";
  readonly code: FetchErrorCode;
  /** The URL without its user and password. */
  readonly url: string;
  /** What went wrong, in a few words, such as `Not Found` or `Connection refused`. */
  readonly reason: string;

  constructor(code: FetchErrorCode, url: string | URL, reason: string, options?: { cause?: unknown }) {
    const shown = printable(redactUrl(url));
    const words = printable(reason);
    super(`${shown}: ${words}`, options);
    this.code = code;
    this.url = shown;
    this.reason = words;
  }
}

/** What a server says, or leads to, is not to control a terminal, nor to be more than a line. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** No connection, or one that failed before the head of an answer had come. */
export class ConnectionError extends FetchError {
  override readonly name = "ConnectionError";

  /** @param proxy the proxy's host and port, where there is one */
  constructor(url: string | URL, cause: unknown, proxy?: string) {
    const through = proxy === undefined ? "" : ` (proxy ${proxy})`;
    super("ERR_FETCH_CONNECTION", url, systemReason(cause) + through, { cause });
  }
}

/** A server that sent nothing for too long. */
export class StalledError extends FetchError {
  override readonly name = "StalledError";
  /** In milliseconds. */
  readonly limit: number;

  constructor(url: string | URL, limit: number) {
    super("ERR_FETCH_STALLED", url, `nothing came for ${limit} ms`);
    this.limit = limit;
  }
}

/** A transfer that took longer than all of it may take. */
export class TimeLimitError extends FetchError {
  override readonly name = "TimeLimitError";
  /** In milliseconds. */
  readonly limit: number;

  constructor(url: string | URL, limit: number) {
    super("ERR_FETCH_TIMEOUT", url, `not done after ${limit} ms`);
    this.limit = limit;
  }
}

/** Too many redirects, or one that must not be followed. */
export class RedirectError extends FetchError {
  override readonly name = "RedirectError";

  constructor(url: string | URL, reason: string) {
    super("ERR_FETCH_REDIRECT", url, reason);
  }
}

/** A file or descriptor that could not be written; `cause` is the system's error. */
export class WriteError extends FetchError {
  override readonly name = "WriteError";

  /** @param target what could not be written, as a person would name it */
  constructor(url: string | URL, target: string, cause: unknown) {
    super("ERR_FETCH_WRITE", url, `cannot write ${target}: ${systemReason(cause)}`, { cause });
  }
}

/** An answer other than success, such as 404. */
export class HttpStatusError extends FetchError {
  override readonly name = "HttpStatusError";
  readonly status: number;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(url: string | URL, status: number, reason: string, retryAfter?: number) {
    super("ERR_FETCH_STATUS", url, reason);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** A refusal of an FTP server, such as 550. */
export class FtpStatusError extends FetchError {
  override readonly name = "FtpStatusError";
  readonly status: number;

  constructor(url: string | URL, status: number, cause: Error) {
    super("ERR_FETCH_STATUS", url, cause.message, { cause });
    this.status = status;
  }
}

/** Something else than what the beginning came of, so that one cannot go on with it. */
export class ChangedError extends FetchError {
  override readonly name = "ChangedError";

  constructor(url: string | URL) {
    super("ERR_FETCH_CHANGED", url, "changed while it was being fetched");
  }
}

/** A body that ended before all that was announced had come. */
export class TruncatedError extends FetchError {
  override readonly name = "TruncatedError";
  /** Bytes that were announced, if any were. */
  readonly expected: number | undefined;
  readonly received: number;

  constructor(
    url: string | URL,
    expected: number | undefined,
    received: number,
    options?: { cause?: unknown },
  ) {
    const announced = expected === undefined ? "" : ` of ${expected}`;
    super("ERR_FETCH_TRUNCATED", url, `the connection ended after ${received}${announced} bytes`, options);
    this.expected = expected;
    this.received = received;
  }
}

/** A body whose size is not the one that was asked for, or that is larger than was announced. */
export class SizeMismatchError extends FetchError {
  override readonly name = "SizeMismatchError";
  readonly expected: number;
  /** Bytes announced or received when it was noticed. */
  readonly received: number;

  constructor(url: string | URL, expected: number, received: number) {
    super("ERR_FETCH_SIZE", url, `${expected} bytes were expected, found ${received}`);
    this.expected = expected;
    this.received = received;
  }
}

/** A body whose digest is not the one that was asked for. */
export class DigestMismatchError extends FetchError {
  override readonly name = "DigestMismatchError";
  readonly algorithm: string;
  readonly expected: string;
  readonly found: string;

  constructor(url: string | URL, algorithm: string, expected: string, found: string) {
    super("ERR_FETCH_DIGEST", url, `${algorithm} ${expected} was expected, found ${found}`);
    this.algorithm = algorithm;
    this.expected = expected;
    this.found = found;
  }
}

/** What goes before the host: in a URL, and in what is none, where a password that should be encoded may have any character. */
const SECRETS = /^(\s*[a-z][a-z\d+.-]*:[\\/]*)[^\\/?#]*@/i;
const RAW_SECRETS = /^(\s*(?:[a-z][a-z\d+.-]*:)?[\\/]{2}).*@/is;

/** Blanks the user and password of a URL, for messages. */
export function redactUrl(url: string | URL): string {
  const text = String(url);
  return text.replace(URL.canParse(text) ? SECRETS : RAW_SECRETS, "$1***@");
}
