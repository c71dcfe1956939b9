import type { FetchError } from "./fetch-error.ts";
import type { RetryDelay } from "./retry-delay.ts";

/** What lets a server tell whether a copy is still good; both as the server sent them. */
export interface Validators {
  readonly etag?: string | undefined;
  /** An HTTP date. */
  readonly lastModified?: string | undefined;
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a URL is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of the copy that is at hand: the body is sent only if it has changed since. */
  readonly validators?: Validators | undefined;
  /** More URLs of the same thing, tried in order where the one before fails. */
  readonly mirrors?: readonly (string | URL)[] | undefined;
  /** How often a transfer is tried again after a failure that may pass. Default: 0. */
  readonly retries?: number | undefined;
  /** How long to wait before that, and what may pass. Default: `retryDelay`. */
  readonly retryDelay?: RetryDelay | undefined;
  /** Called before each such wait, with the failure and how long the wait will be, in milliseconds. */
  readonly onRetry?: ((error: FetchError, delay: number) => void) | undefined;
  /** More request headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default: the variable `HTTP_USER_AGENT`, or else `fetch-to-fd`. */
  readonly userAgent?: string | undefined;
  /** How many redirects are followed. Default: 10. */
  readonly maxRedirects?: number | undefined;
  /** Whether an HTML page is an error: what a captive portal or a broken mirror sends in place of data. */
  readonly refuseHtml?: boolean | undefined;
  /** The longest time until there is a connection, in milliseconds. Default: 30,000. */
  readonly connectTimeout?: number | undefined;
  /** The longest time without a byte from the server, in milliseconds. Default: 60,000. */
  readonly idleTimeout?: number | undefined;
  /** The longest time for all of it, attempts and waiting between them included, in milliseconds. Default: none. */
  readonly timeout?: number | undefined;
  /** The most bytes in a second, on average. Default: no limit. */
  readonly maxRate?: number | undefined;
  /** Certificates in PEM form that are trusted besides those that come with Node. */
  readonly ca?: string | Buffer | undefined;
  /** The client's own certificate in PEM form, and its key. */
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  /** Only addresses of this family. */
  readonly family?: 4 | 6 | undefined;
  /**
   * Where `http_proxy`, `https_proxy`, `no_proxy`, `HTTP_PROXY_AUTH`, `HTTP_AUTH`, `NETRC`, `HOME`, `HTTP_USER_AGENT` and
   * `HTTP_REFERER` are looked up. Default: the process's own.
   */
  readonly environment?: Environment | undefined;
}

/** How a URL is opened for its bytes. */
export interface OpenUrlOptions extends OpenOptions {
  /**
   * Whether a chunk's memory is used again when the next one is asked for: flat memory for a consumer that is done with each
   * chunk by then, which `pipeline` and `Readable.from` are not. Default: false, a chunk stays valid.
   */
  readonly reuseMemory?: boolean | undefined;
}

/** Digests that can be computed while streaming. */
export type DigestAlgorithm = "md5" | "sha1" | "sha256" | "sha512";

/** Digests in hexadecimal. */
export type Digests = Partial<Readonly<Record<DigestAlgorithm, string>>>;

/** How far a transfer has come. */
export interface Progress {
  /** In bytes, those included that were there from before. */
  readonly received: number;
  /** In bytes, where the server tells, or the expected size. */
  readonly total?: number | undefined;
  /** Bytes in a second, over the last few seconds. */
  readonly rate: number;
  /** How long the rest will take at this rate, in seconds; undefined where nobody can tell. */
  readonly secondsLeft?: number | undefined;
}

/** How a URL is fetched. */
export interface FetchOptions extends OpenOptions {
  /** The size that the body must have, in bytes. */
  readonly expectedSize?: number | undefined;
  /** Digests that the body must have. */
  readonly digests?: Digests | undefined;
  /** Called after each write. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How a URL is downloaded. */
export interface DownloadOptions extends FetchOptions {
  /**
   * Whether what has come is kept after a failure that may pass, as `PATH.part` and, with what proves it to be still good,
   * `PATH.part.json`; and whether such a part is gone on with. Default: false.
   */
  readonly resume?: boolean | undefined;
}
