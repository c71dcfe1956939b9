import { getSystemErrorMap } from "node:util";

/** Words for failures of name look-up, which are no system errors, and where Node's own are no words. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  EIO: "Input/output error",
  ENOTFOUND: "No address record",
  EAI_AGAIN: "Name lookup failed for now",
};

const WORDS: ReadonlyMap<string, string> = new Map(getSystemErrorMap().values());

/** OpenSSL's words within a message that is not for people. */
const OPENSSL_WORDS = /:SSL routines:[^:]*:([^:]+)/;
/** Those for an answer to its greeting that is no TLS. */
const NO_TLS: ReadonlySet<string> = new Set(["wrong version number", "packet length too long"]);

/** What Node 24 adds to a certificate's failure is for those who start Node themselves. */
const NODES_ADVICE = /; [^;]*\bNode\.js\b.*$/;

/** Says what a system error means, as C's strerror does: `Connection refused`. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const openssl = OPENSSL_WORDS.exec(message)?.[1];
  if (openssl !== undefined) return NO_TLS.has(openssl) ? "the server does not speak TLS" : `TLS: ${openssl}`;
  const words = (code === undefined ? undefined : (OWN_WORDS[code] ?? WORDS.get(code))) ?? message;
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(NODES_ADVICE, "");
}
