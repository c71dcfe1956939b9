import { STATUS_CODES } from "node:http";
import { type FetchError, HttpStatusError } from "fetch-to-fd";

/** Why a transfer failed, in the words that scripts know: a server's own words for a status are not used. */
export function fetchReason(error: FetchError): string {
  const words = error instanceof HttpStatusError ? STATUS_CODES[error.status] : undefined;
  return words ?? error.reason;
}
