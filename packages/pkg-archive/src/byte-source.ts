import { DamagedError } from "./errors.ts";

const NOTHING = new Uint8Array(0);

/** A stream of bytes that can be looked at before it is read. Chunks are copied only where they have to be joined. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array = NOTHING;
  #ended = false;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  /** Waits until so many bytes are at hand, or all there are, and returns what is there without taking it. */
  async peek(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let length = this.#waiting.length; length < count;) {
      // A producer may use a chunk's memory again when asked for the next, so what waits has to be a copy.
      if (this.#waiting.length > 0) parts.push(Buffer.from(this.#waiting));
      this.#waiting = NOTHING;
      const chunk = await this.#next();
      if (chunk === undefined) break;
      this.#waiting = chunk;
      length += chunk.length;
    }
    if (parts.length > 0) this.#waiting = Buffer.concat([...parts, this.#waiting]);
    return this.#waiting;
  }

  /**
   * Takes so many bytes, as a copy.
   *
   * @param what they are, for the error
   * @throws DamagedError where there are fewer
   */
  async read(count: number, what: string): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(count);
    const filled = this.#waiting.length < count ? await this.fill(bytes) : this.#takeWaiting(bytes);
    if (filled < count)
      throw new DamagedError(
        `the package ends too early: ${count} bytes of ${what} were expected, found ${filled}`,
      );
    return bytes;
  }

  /** Takes bytes into memory of the caller's. @returns how many; fewer than there is room for only at the end */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      const chunk = await this.take(target.length - filled);
      if (chunk === undefined) break;
      target.set(chunk, filled);
      filled += chunk.length;
    }
    return filled;
  }

  /** What is at hand is most often enough for what is small, such as headers, of which there can be very many. */
  #takeWaiting(target: Uint8Array): number {
    target.set(this.#waiting.subarray(0, target.length));
    this.#waiting = this.#waiting.subarray(target.length);
    return target.length;
  }

  /** Takes the next chunk, at most so long, or undefined at the end. */
  async take(most: number = Infinity): Promise<Uint8Array | undefined> {
    const chunk = this.#waiting.length > 0 ? this.#waiting : await this.#next();
    this.#waiting = chunk?.subarray(Math.min(most, chunk.length)) ?? NOTHING;
    return chunk?.subarray(0, Math.min(most, chunk.length));
  }

  /** Goes through all that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.take(); chunk !== undefined; chunk = await this.take()) yield chunk;
  }

  /** Tells the producer that nothing more is wanted. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#iterator.return?.();
  }

  async #next(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      const { done, value } = await this.#iterator.next();
      if (done === true) this.#ended = true;
      else if (value.length > 0) return value;
    }
    return undefined;
  }
}
