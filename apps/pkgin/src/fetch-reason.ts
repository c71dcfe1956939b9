import { STATUS_CODES } from "node:http";
import { type FetchError, HttpStatusError } from "fetch-to-fd";

/** What OpenSSL says where the answer to its greeting is no TLS. */
const NO_TLS: ReadonlySet<string> = new Set([
  "EPROTO",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
]);

/** Why a transfer failed, in the words that scripts know: a server's own words for a status are not used. */
export function fetchReason(error: FetchError): string {
  if (NO_TLS.has((error.cause as NodeJS.ErrnoException | undefined)?.code ?? ""))
    return "the server does not speak TLS";
  const words = error instanceof HttpStatusError ? STATUS_CODES[error.status] : undefined;
  return words ?? error.reason;
}
