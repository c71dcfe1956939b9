import type { DigestCheck } from "./digests.ts";
import { SizeMismatchError, WriteError } from "./fetch-error.ts";
import type { Attempt } from "./opened.ts";
import type { FetchOptions } from "./options.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { writeFully } from "./write-fully.ts";

/** Where a body is written to. */
export interface Target {
  readonly fd: number;
  /** As a person would name it. */
  readonly name: string;
  /** Called after each write. */
  onWritten?(bytes: number): void;
}

/** Writes what comes of a body, and takes its digests on the way. */
export class BodyWriter {
  readonly #target: Target;
  readonly #digests: DigestCheck;
  readonly #options: FetchOptions;
  #meter: ProgressMeter | undefined;
  #received = 0;

  constructor(target: Target, digests: DigestCheck, options: FetchOptions) {
    this.#target = target;
    this.#digests = digests;
    this.#options = options;
  }

  /** Forgets what has come, where another body begins. */
  restart({ size }: Attempt): void {
    this.#received = 0;
    this.#meter = new ProgressMeter(0, size ?? this.#options.expectedSize);
    this.#digests.restart();
  }

  /** @returns the bytes of the whole */
  async write({ url, start, size, body }: Attempt): Promise<number> {
    const { expectedSize, signal } = this.#options;
    this.#received = start;
    this.#meter = new ProgressMeter(start, size ?? expectedSize);
    for await (const chunk of body) await this.#writeChunk(url, chunk);
    signal?.throwIfAborted();
    if (expectedSize !== undefined && this.#received !== expectedSize) {
      throw new SizeMismatchError(url, expectedSize, this.#received);
    }
    return this.#received;
  }

  async #writeChunk(url: string, chunk: Uint8Array): Promise<void> {
    const { expectedSize = Infinity, signal, onProgress } = this.#options;
    const { fd, name } = this.#target;
    this.#received += chunk.length;
    if (this.#received > expectedSize) throw new SizeMismatchError(url, expectedSize, this.#received);
    this.#digests.update(chunk);
    await writeFully(fd, chunk, signal).catch((error: unknown) => {
      throw signal?.aborted === true ? signal.reason : new WriteError(url, name, error);
    });
    this.#target.onWritten?.(chunk.length);
    if (onProgress !== undefined && this.#meter !== undefined)
      onProgress(this.#meter.progress(this.#received));
  }
}
