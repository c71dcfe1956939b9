import type { Validators } from "./options.ts";

/** A URL whose answer has begun. */
export interface OpenedUrl {
  /** Where the body comes from, after redirects, without user and password. */
  readonly url: string;
  /** Bytes of the body, where the server tells. */
  readonly size: number | undefined;
  /** What to send next time to learn whether it has changed. */
  readonly validators: Validators;
  /** The media type that the server tells. */
  readonly contentType: string | undefined;
  /** True when the copy that the given validators belong to is still good; there is no body then. */
  readonly notModified: boolean;
  /**
   * The body, as the server has it, whatever coding it tells. A chunk stays valid, unless `reuseMemory` is set. Ending the
   * iteration early closes the connection.
   *
   * It throws a TruncatedError or another FetchError when the body does not come to its end.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection of a body that is not wanted. */
  close(): void;
}

/** Where a body was cut short, and what it was the beginning of. */
export interface ResumePoint {
  /** The URL that was asked, before redirects. */
  readonly url: string;
  /** Bytes that are there. */
  readonly start: number;
  /** What proves, by being the same again, that the whole has not changed. */
  readonly proof: string;
  /** Bytes of the whole, where known. */
  readonly size: number | undefined;
}

/** What a server answers; a chunk of its body is valid until the next one is asked for. */
export interface Answer extends OpenedUrl {
  /** Bytes of the whole, of which the body may be the rest. */
  readonly size: number | undefined;
  /** Where in the whole the body begins, in bytes: the point that was asked for, or 0. */
  readonly start: number;
  /** See ResumePoint; undefined where one cannot go on with this body. */
  readonly proof: string | undefined;
}

/** What one attempt came to. */
export interface Attempt extends Answer {
  /** The URL that was asked, before redirects. */
  readonly asked: string;
}

/** The body of an answer without one. */
export async function* noBody(): AsyncGenerator<Uint8Array> {}
