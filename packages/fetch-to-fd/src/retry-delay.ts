import {
  ConnectionError,
  type FetchError,
  FtpStatusError,
  HttpStatusError,
  StalledError,
  TruncatedError,
} from "./fetch-error.ts";

/**
 * Says how long to wait before the next attempt, in milliseconds.
 *
 * @param attempt how many have failed, 1 after the first
 * @returns undefined to give up
 */
export type RetryDelay = (error: FetchError, attempt: number) => number | undefined;

const FIRST_DELAY = 1000;
/** No server is waited for longer than that, in milliseconds. */
const MAX_DELAY = 60_000;

const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
/** What may be over in a moment, unlike a bad certificate or a host that does not exist. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * Doubles from a second to a minute, less up to a half by chance, so that many clients do not come back at once; as long as
 * the server asks for with Retry-After, but no longer than a minute. Gives up where trying again would not help.
 */
export function retryDelay(error: FetchError, attempt: number): number | undefined {
  if (!mayPass(error)) return undefined;
  const asked = error instanceof HttpStatusError ? error.retryAfter : undefined;
  if (asked !== undefined) return asked <= MAX_DELAY ? asked : undefined;
  const most = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** (attempt - 1));
  return most * (1 - Math.random() / 2);
}

function mayPass(error: FetchError): boolean {
  if (error instanceof StalledError || error instanceof TruncatedError) return true;
  if (error instanceof HttpStatusError) return PASSING_STATUS.has(error.status);
  // By RFC 959 a reply of 4yz is about something that will pass.
  if (error instanceof FtpStatusError) return error.status >= 400 && error.status < 500;
  if (!(error instanceof ConnectionError)) return false;
  return PASSING_CODES.has((error.cause as NodeJS.ErrnoException).code ?? "");
}
