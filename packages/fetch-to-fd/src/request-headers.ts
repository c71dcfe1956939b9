import type { ResumePoint } from "./opened.ts";
import type { OpenOptions } from "./options.ts";

/** Headers that tell a secret which only the first server should know. */
const SECRET_HEADERS: ReadonlySet<string> = new Set(["authorization", "cookie"]);

/** What one request has of its own. */
export interface RequestFacts {
  /** Whether it goes to the server that the user has named, and not to where a redirect leads. */
  readonly isTrusted: boolean;
  readonly authorization: string | undefined;
  readonly from: ResumePoint | undefined;
}

/** The headers of a request. */
export function requestHeaders(
  url: URL,
  { validators = {}, headers = {}, userAgent, environment = process.env }: OpenOptions,
  { isTrusted, authorization, from }: RequestFacts,
): Record<string, string> {
  const { etag, lastModified } = validators;
  const referer = environment["HTTP_REFERER"];
  const extra = Object.entries(headers);
  return {
    "user-agent": userAgent ?? environment["HTTP_USER_AGENT"] ?? "fetch-to-fd",
    accept: "*/*",
    // What is fetched is compressed already, and sizes and digests are those of the file.
    "accept-encoding": "identity",
    ...(referer !== undefined && { referer: referer === "auto" ? withoutSecrets(url) : referer }),
    ...(authorization !== undefined && { authorization }),
    ...(etag !== undefined && { "if-none-match": etag }),
    ...(lastModified !== undefined && { "if-modified-since": lastModified }),
    ...(from !== undefined && { range: `bytes=${from.start}-`, "if-range": from.proof }),
    ...Object.fromEntries(extra.filter(([name]) => isTrusted || !SECRET_HEADERS.has(name.toLowerCase()))),
  };
}

function withoutSecrets({ origin, pathname, search }: URL): string {
  return origin + pathname + search;
}
