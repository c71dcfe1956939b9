import type { Gunzip } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import { TrailingGarbageError } from "./errors.ts";

/** The most input that is given to zlib at a time: where in it damage is, zlib does not tell. */
export const FEED_SIZE: number = 256 * 1024;

/**
 * Gives zlib all of a source.
 *
 * @returns how many bytes there were
 * @throws what the source throws; zlib's own errors; TrailingGarbageError where the text had ended before
 */
export async function feedGunzip(gunzip: Gunzip, source: ByteSource): Promise<number> {
  const feeder = new Feeder(gunzip);
  let fed = 0;
  for await (const chunk of source.rest()) {
    await feeder.add(chunk);
    fed += chunk.length;
  }
  await feeder.end();
  return fed;
}

/**
 * Gathers what comes while zlib, in its thread, is at work on what came before, so that neither waits for the other, and a few
 * small chunks cost one turn to that thread and back. A chunk's memory may be used again when the next one is asked for, so
 * gathering means copying.
 */
class Feeder {
  readonly #gunzip: Gunzip;
  #gathered = Buffer.allocUnsafeSlow(FEED_SIZE);
  #length = 0;
  /** What zlib reads, or has read. */
  #given = Buffer.allocUnsafeSlow(FEED_SIZE);
  #isGiving = false;
  /** Settled when zlib has read what it was given last. */
  #reading: Promise<void> = Promise.resolve();

  constructor(gunzip: Gunzip) {
    this.#gunzip = gunzip;
  }

  async add(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      while (this.#length === FEED_SIZE) await this.#reading;
      const part = chunk.subarray(taken, taken + FEED_SIZE - this.#length);
      this.#gathered.set(part, this.#length);
      this.#length += part.length;
      taken += part.length;
      if (!this.#isGiving) this.#give();
    }
  }

  async end(): Promise<void> {
    while (this.#isGiving) await this.#reading;
    await this.#reading;
    this.#gunzip.end();
  }

  #give(): void {
    this.#isGiving = this.#length > 0;
    if (!this.#isGiving) return;
    const bytes = this.#gathered.subarray(0, this.#length);
    [this.#gathered, this.#given] = [this.#given, this.#gathered];
    this.#length = 0;
    this.#reading = write(this.#gunzip, bytes);
    this.#reading.then(
      () => this.#give(),
      () => (this.#isGiving = false),
    );
  }
}

function write(gunzip: Gunzip, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    gunzip.write(bytes, (error: NodeJS.ErrnoException | null | undefined) => {
      if (!error) resolve();
      // The text has ended, and with it the decoder.
      else reject(error.code === "ERR_STREAM_DESTROYED" ? trailingGarbage(error) : error);
    });
  });
}

/** What tells of bytes after the last member. */
export function trailingGarbage(cause?: unknown): TrailingGarbageError {
  return new TrailingGarbageError("bytes after the end that are no other member", { format: "gzip", cause });
}
