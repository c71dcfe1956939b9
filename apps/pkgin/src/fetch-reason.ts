import { type FetchError, HttpStatusError } from "fetch-to-fd";

/** Why a transfer failed, in the words that scripts know: a server's own words for a status are not used. */
export function fetchReason(error: FetchError): string {
  return error instanceof HttpStatusError ? (wordsOf(error.status) ?? error.reason) : error.reason;
}

/** Not imported: to import HTTP has Node 22 load TLS and more, for 20 ms and several megabytes. */
function wordsOf(status: number): string | undefined {
  return process.getBuiltinModule("node:http").STATUS_CODES[status];
}
