import { ConnectionError, FetchError, StalledError } from "./fetch-error.ts";
import type { OpenOptions } from "./options.ts";
import { WaitLimit } from "./wait-limit.ts";

const DEFAULT_CONNECT_TIMEOUT = 30_000;
const DEFAULT_IDLE_TIMEOUT = 60_000;

/** Sees to it that a connection is abandoned in time, and tells why it ended. */
export class Guard {
  readonly #url: URL;
  readonly #options: OpenOptions;
  /** The proxy's host and port. */
  readonly #proxy: string | undefined;
  readonly #wait: WaitLimit;
  readonly #abort = (): void => this.abandon(this.#options.signal?.reason);
  #close: ((failure: unknown) => void) | undefined;
  #failure: unknown;

  constructor(url: URL, options: OpenOptions, proxy?: string) {
    this.#url = url;
    this.#options = options;
    this.#proxy = proxy;
    this.#wait = new WaitLimit((limit) => this.abandon(new StalledError(url, limit)));
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Says how the connection is closed; at once if it is abandoned already. */
  closeBy(close: (failure: unknown) => void): void {
    this.#close = close;
    if (this.#options.signal?.aborted === true) this.#abort();
    else if (this.#failure !== undefined) close(this.#failure);
  }

  /** Closes the connection. */
  abandon(failure: unknown): void {
    this.noteFailure(failure);
    this.#close?.(failure);
  }

  expectConnection(): void {
    this.#wait.start(this.#options.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT);
  }

  expectBytes(): void {
    this.#wait.start(this.#options.idleTimeout ?? DEFAULT_IDLE_TIMEOUT);
  }

  /** Nothing is waited for, such as while a chunk is being used. */
  rest(): void {
    this.#wait.stop();
  }

  /** The connection is closed. */
  end(): void {
    this.#wait.stop();
    this.#options.signal?.removeEventListener("abort", this.#abort);
  }

  /** The first failure counts; others follow from it. */
  noteFailure(failure: unknown): void {
    this.#failure ??= failure;
  }

  get failure(): unknown {
    return this.#failure;
  }

  /** Says what an error of the connection means to the caller. */
  explain(error: unknown): unknown {
    const { signal } = this.#options;
    if (signal?.aborted === true) return signal.reason;
    const failure = this.#failure ?? error;
    return failure instanceof FetchError ? failure : new ConnectionError(this.#url, failure, this.#proxy);
  }

  /** Passes a body on while the connection lasts; it is not waited for while a chunk is being used. */
  async *watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.expectBytes();
    try {
      for await (const chunk of chunks) {
        this.rest();
        yield chunk;
        this.expectBytes();
      }
    } finally {
      this.rest();
    }
  }
}
