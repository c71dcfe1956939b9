// Going on with a body that was cut short: RFC 9110, sections 13.1.5 (If-Range), 14.4 (Content-Range) and 15.5.17 (416).
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ResumePoint } from "./opened.ts";
import type { Validators } from "./options.ts";

/** Which part of the whole an answer is. */
export interface Range {
  readonly start: number;
  /** Bytes of the whole, all of which an answer may leave to another. */
  readonly size: number;
  /** Nothing is missing: what is there is the whole. */
  readonly isComplete: boolean;
}

/**
 * Reads whether an answer goes on where it was asked to.
 *
 * @returns undefined where it is no part of anything; "useless" where it is, but not of what we have the beginning of, or of
 * something that nobody could say has come as a whole
 */
export function readRange(
  { statusCode, headers }: IncomingMessage,
  from: ResumePoint | undefined,
): Range | "useless" | undefined {
  if (from === undefined || (statusCode !== 206 && statusCode !== 416)) return undefined;
  const [, start, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  const size = total === "*" ? from.size : Number(total);
  if (size === undefined || size !== (from.size ?? size) || !isSame(headers, from)) return "useless";
  const isComplete = statusCode === 416;
  return from.start === (isComplete ? size : Number(start))
    ? { start: from.start, size, isComplete }
    : "useless";
}

/** Whether nothing says that it is of something else; the validators may be left out. */
function isSame(
  { etag, "last-modified": lastModified }: IncomingHttpHeaders,
  { proof }: ResumePoint,
): boolean {
  return (etag ?? lastModified ?? proof) === proof;
}

/**
 * What proves that two bodies are the same byte for byte: a strong entity tag, or where there is none a date of last change
 * that was more than a second ago when it was told, since by then a change would have got another one.
 */
export function strongValidator(headers: IncomingHttpHeaders): string | undefined {
  const { etag, "last-modified": lastModified, date } = headers;
  if (etag !== undefined) return etag.startsWith('"') ? etag : undefined;
  const age = Date.parse(date ?? "") - Date.parse(lastModified ?? "");
  return age >= 1000 ? lastModified : undefined;
}

/** The validator that a proof is. */
export function validatorOfProof(proof: string | undefined): Validators {
  return proof?.startsWith('"') === true ? { etag: proof } : { lastModified: proof };
}
