import type { ByteSource } from "../byte-source.ts";
import { CorruptError, TruncatedError } from "../errors.ts";
import { BitReader, NEED_MORE, PADDING } from "./bit-reader.ts";
import { BlockError } from "./block-error.ts";

/** What is asked for at first, in bytes. */
const FIRST_READ = 64 * 1024;

/** Compressed bytes that are waited for, a whole element of the format at a time, in memory that is used again. */
export class Input {
  /** Compressed bytes before those that the reader has: where the last element started. */
  offset = 0;
  readonly #source: ByteSource;
  readonly #reader = new BitReader();
  /** A part of the source's last chunk that has not been copied yet. */
  #chunk: Uint8Array = new Uint8Array(0);
  /** How many bytes the reader has. */
  #filled = 0;
  /** A third more bytes than the longest element has taken, as a guess at what the next will. */
  #expected = FIRST_READ;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async atEnd(): Promise<boolean> {
    this.#drop();
    return !(await this.#fill(1));
  }

  /** Reads one element, again from its start each time that it turns out to be longer than what is at hand. */
  async read<T>(element: (reader: BitReader) => T): Promise<T> {
    this.#drop();
    const start = this.#reader.position;
    for (let wanted = this.#expected; ; wanted = 2 * this.#filled) {
      const isEnough = await this.#fill(wanted);
      this.#reader.position = start;
      try {
        const result = element(this.#reader);
        this.#expected = Math.max(this.#expected, Math.ceil(this.#reader.position / 6));
        return result;
      } catch (error) {
        if (error !== NEED_MORE) throw this.#failure(error, start);
        if (!isEnough) throw this.#truncated();
      }
    }
  }

  /** Passes output on; what goes wrong in making it gets its place. */
  *guard(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      throw this.#failure(error, this.#reader.position);
    }
  }

  /** Forgets the whole bytes that have been read. */
  #drop(): void {
    const reader = this.#reader;
    const bytes = reader.position >> 3;
    reader.bytes.copyWithin(0, bytes, this.#filled);
    this.offset += bytes;
    this.#filled -= bytes;
    reader.position &= 7;
    reader.end = this.#filled * 8;
  }

  /** Waits for so many bytes, and tells whether there were as many. */
  async #fill(wanted: number): Promise<boolean> {
    const reader = this.#reader;
    if (reader.bytes.length < wanted + PADDING) {
      const larger = new Uint8Array(wanted + PADDING);
      larger.set(reader.bytes.subarray(0, this.#filled));
      reader.bytes = larger;
    }
    while (this.#filled < wanted) {
      if (this.#chunk.length === 0) {
        const chunk = await this.#source.take();
        if (chunk === undefined) break;
        this.#chunk = chunk;
      }
      const part = this.#chunk.subarray(0, wanted - this.#filled);
      reader.bytes.set(part, this.#filled);
      this.#filled += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    reader.end = this.#filled * 8;
    return this.#filled >= wanted;
  }

  #truncated(): TruncatedError {
    const compressedOffset = this.offset + this.#filled;
    return new TruncatedError("the input ends too early", { format: "bzip2", compressedOffset });
  }

  /** @param position bits before what went wrong */
  #failure(error: unknown, position: number): unknown {
    if (!(error instanceof BlockError)) return error;
    const compressedOffset = this.offset + (position >> 3);
    return new CorruptError(error.message, { format: "bzip2", compressedOffset });
  }
}
