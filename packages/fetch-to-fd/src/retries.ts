import type { FetchError } from "./fetch-error.ts";
import type { OpenOptions } from "./options.ts";
import { sleep } from "./pace.ts";
import { type RetryDelay, retryDelay } from "./retry-delay.ts";

/** Counts the attempts of one transfer. */
export class Retries {
  readonly #most: number;
  readonly #delayFor: RetryDelay;
  readonly #onRetry: OpenOptions["onRetry"];
  readonly #signal: AbortSignal | undefined;
  #failed = 0;

  constructor({ retries = 0, retryDelay: delayFor = retryDelay, onRetry, signal }: OpenOptions) {
    this.#most = retries;
    this.#delayFor = delayFor;
    this.#onRetry = onRetry;
    this.#signal = signal;
  }

  /** Whether there will be another attempt after this failure. */
  allow(error: FetchError): boolean {
    return this.#failed < this.#most && this.#delayFor(error, this.#failed + 1) !== undefined;
  }

  /** Waits until the next attempt is due. @throws the error itself where there is none */
  async wait(error: FetchError): Promise<void> {
    const delay = this.#failed < this.#most ? this.#delayFor(error, this.#failed + 1) : undefined;
    if (delay === undefined) throw error;
    this.#failed++;
    this.#onRetry?.(error, delay);
    await sleep(delay, this.#signal);
  }
}
