import { STATUS_CODES } from "node:http";
import { type FetchError, HttpStatusError } from "fetch-to-fd";

/** What OpenSSL says where the answer to its greeting is no TLS. */
const NO_TLS = /:SSL routines:.*:(?:wrong version number|packet length too long):/;

/** Why a transfer failed, in the words that scripts know: a server's own words for a status are not used. */
export function fetchReason(error: FetchError): string {
  if (NO_TLS.test(error.reason)) return "the server does not speak TLS";
  const words = error instanceof HttpStatusError ? STATUS_CODES[error.status] : undefined;
  return words ?? error.reason;
}
