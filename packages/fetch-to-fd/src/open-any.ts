import { ChangedError, FetchError } from "./fetch-error.ts";
import { openOnce } from "./open-once.ts";
import type { Attempt, ResumePoint } from "./opened.ts";
import type { FetchOptions } from "./options.ts";
import { pace } from "./pace.ts";
import { Retries } from "./retries.ts";

/** How a transfer may go on with what is there, or begin again. */
export interface Continuation {
  /** What is there from before. */
  readonly from?: ResumePoint | undefined;
  /**
   * Forgets all that has come, since another body begins now. Without it, a body that has begun and cannot be gone on with
   * is a ChangedError.
   */
  readonly onRestart?: ((next: Attempt) => Promise<void>) | undefined;
}

/**
 * Opens the first of several URLs that answers well, and goes on with its body where an attempt breaks off.
 *
 * The URLs are gone through once, and then again after some time, as often as `retries` says and with those only whose
 * failure may pass. Once a body has begun it is only its own URL that is asked for the rest.
 */
export async function openAny(
  urls: readonly (string | URL)[],
  options: FetchOptions,
  continuation: Continuation = {},
): Promise<Attempt> {
  const retries = new Retries(options);
  const { from, onRestart } = continuation;
  const first = await openFirst(urls, { options, retries, from });
  const body = new LastingBody(first, { options, retries, onRestart });
  const { maxRate, signal } = options;
  const chunks = body.chunks();
  return {
    ...first,
    body: maxRate === undefined ? chunks : pace(chunks, maxRate, signal),
    close: () => body.close(),
  };
}

interface Search {
  readonly options: FetchOptions;
  readonly retries: Retries;
  readonly from: ResumePoint | undefined;
}

async function openFirst(
  urls: readonly (string | URL)[],
  { options, retries, from }: Search,
): Promise<Attempt> {
  for (let candidates = urls; ;) {
    const failures: { url: string | URL; error: FetchError }[] = [];
    for (const url of candidates) {
      try {
        return await openOnce(url, options, from?.url === String(url) ? from : undefined);
      } catch (error) {
        failures.push({ url, error: ownError(error, options) });
      }
    }
    const passing = failures.filter(({ error }) => retries.allow(error));
    const last = passing.at(-1) ?? failures.at(-1);
    await retries.wait((last as (typeof failures)[number]).error);
    candidates = passing.map(({ url }) => url);
  }
}

/** @throws the error, unless it is of a server that failed */
function ownError(error: unknown, { signal }: FetchOptions): FetchError {
  if (error instanceof FetchError && signal?.aborted !== true) return error;
  throw error;
}

interface Lasting {
  readonly options: FetchOptions;
  readonly retries: Retries;
  readonly onRestart: Continuation["onRestart"];
}

/** A body that outlasts its connections. */
class LastingBody {
  readonly #means: Lasting;
  #current: Attempt;
  #received: number;
  #isClosed = false;

  constructor(first: Attempt, means: Lasting) {
    this.#current = first;
    this.#means = means;
    this.#received = first.start;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      try {
        for await (const chunk of this.#current.body) {
          this.#received += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        if (this.#isClosed) throw error;
        await this.#reopen(ownError(error, this.#means.options));
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#current.close();
  }

  async #reopen(failure: FetchError): Promise<void> {
    const { options, retries, onRestart } = this.#means;
    const { asked, proof, size } = this.#current;
    const start = this.#received;
    const from = proof === undefined || start === 0 ? undefined : { url: asked, start, proof, size };
    if (start > 0 && from === undefined && onRestart === undefined) throw failure;
    for (let error = failure; ;) {
      await retries.wait(error);
      const next = await openOnce(asked, { ...options, validators: undefined }, from).catch(
        (caught: unknown) => {
          error = ownError(caught, options);
        },
      );
      if (next !== undefined) return this.#goOnWith(next);
    }
  }

  async #goOnWith(next: Attempt): Promise<void> {
    const { onRestart } = this.#means;
    const goesOn = next.start === this.#received && isSameBody(next, this.#current);
    if (this.#isClosed || (!goesOn && onRestart === undefined)) {
      next.close();
      throw new ChangedError(next.asked);
    }
    this.#current = next;
    this.#received = next.start;
    if (!goesOn) await onRestart?.(next);
  }
}

function isSameBody(one: Attempt, other: Attempt): boolean {
  if (one.proof !== undefined) return one.proof === other.proof;
  const { etag, lastModified } = one.validators;
  const { validators, size } = other;
  return etag === validators.etag && lastModified === validators.lastModified && one.size === size;
}
