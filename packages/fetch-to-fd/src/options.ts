/** What lets a server tell whether a copy is still good; both as the server sent them. */
export interface Validators {
  readonly etag?: string | undefined;
  /** An HTTP date. */
  readonly lastModified?: string | undefined;
}

/** How a URL is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of the copy that is at hand: the body is sent only if it has changed since. */
  readonly validators?: Validators | undefined;
  /** More request headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default: `fetch-to-fd`. */
  readonly userAgent?: string | undefined;
  /** How many redirects are followed. Default: 10. */
  readonly maxRedirects?: number | undefined;
  /** The longest time until there is a connection, in milliseconds. Default: 30,000. */
  readonly connectTimeout?: number | undefined;
  /** The longest time without a byte from the server, in milliseconds. Default: 60,000. */
  readonly idleTimeout?: number | undefined;
  /** Certificates in PEM form that are trusted besides those that come with Node. */
  readonly ca?: string | Buffer | undefined;
  /** Only addresses of this family. */
  readonly family?: 4 | 6 | undefined;
}

/** Digests that can be computed while streaming. */
export type DigestAlgorithm = "md5" | "sha1" | "sha256" | "sha512";

/** Digests in hexadecimal. */
export type Digests = Partial<Readonly<Record<DigestAlgorithm, string>>>;

/** How far a transfer has come, in bytes. */
export interface Progress {
  readonly received: number;
  /** Where the server tells, or the expected size. */
  readonly total?: number | undefined;
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
