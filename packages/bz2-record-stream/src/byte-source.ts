import { checkBytes } from "./check-bytes.ts";

/** A stream of bytes that can be looked at before it is read. Chunks are copied only where they have to be joined. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array = new Uint8Array(0);
  #ended = false;
  /** How many bytes have come. */
  length = 0;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  /** Waits until so many bytes are at hand, or all there are, and returns what is there without taking it. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#waiting.length < count) {
      // A producer may use a chunk's memory again when asked for the next, so what waits has to be a copy.
      this.#waiting = new Uint8Array(this.#waiting);
      const chunk = await this.#next();
      if (chunk === undefined) break;
      this.#waiting = this.#waiting.length === 0 ? chunk : join(this.#waiting, chunk);
    }
    return this.#waiting;
  }

  /** Takes so many bytes, or all there are; valid until more are asked for. */
  async read(count: number): Promise<Uint8Array> {
    const bytes = await this.peek(count);
    this.#waiting = bytes.subarray(count);
    return bytes.subarray(0, count);
  }

  /** Takes bytes into memory of the caller's. @returns how many; fewer than there is room for only at the end */
  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      const chunk = await this.take();
      if (chunk === undefined) break;
      const part = chunk.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#waiting = chunk.subarray(part.length);
    }
    return filled;
  }

  /** Takes the next chunk, whatever its size, or undefined at the end. */
  async take(): Promise<Uint8Array | undefined> {
    const waiting = this.#waiting;
    this.#waiting = new Uint8Array(0);
    return waiting.length > 0 ? waiting : this.#next();
  }

  /** How many bytes have been taken. */
  get offset(): number {
    return this.length - this.#waiting.length;
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
      if (done === true) {
        this.#ended = true;
        return undefined;
      }
      checkBytes(value);
      if (value.length > 0) {
        this.length += value.length;
        return value;
      }
    }
    return undefined;
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
