import type { ByteSource } from "../byte-source.ts";
import { CorruptError, TrailingGarbageError, TruncatedError } from "../errors.ts";
import { bitsAt, findMark, MARK_BITS, markAt } from "./find-mark.ts";
import { INPUT_SIZE } from "./layout.ts";

const MAGIC = [0x42, 0x5a, 0x68];
const HEADER_SIZE = 4;
const CRC_BITS = 32;
/** What is wrong where neither a block nor the end of the stream stands. */
export const NO_BLOCK = "no block where one should start";
const FIRST_SIZE = 64 * 1024;

/** A part of the compressed input, as it seems; what comes after a block that did not end where it seemed to is void. */
export type Part =
  | Block
  /** The end of a stream, with its checksum. */
  | { readonly kind: "end"; readonly crc: number; readonly position: number }
  | { readonly kind: "failure"; readonly error: unknown }
  | { readonly kind: "finish" };

/** A block: it starts behind its mark and seems to end where `end` says. Places are bits from the start of the input. */
export interface Block {
  readonly kind: "block";
  readonly level: number;
  readonly start: number;
  readonly end: number;
  /** Whether there is another mark at the end. */
  readonly isMarked: boolean;
}

/**
 * Cuts compressed input into blocks without decoding them, by looking for their marks.
 *
 * The bits of a mark may occur inside of a block too, by chance or by somebody's intention. Whoever finds that a block does
 * not end at such a place says so with {@link BlockScanner.extend}. Memory holds what has not been released.
 */
export class BlockScanner {
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(FIRST_SIZE);
  #filled = 0;
  /** Bytes before those that are held. */
  #offset = 0;
  #ended = false;
  #sourceFailure: unknown;
  #level = 0;
  #next: "header" | "mark" | "blockEnd" | "nothing" = "header";
  /** Where the next part starts, or where to look for the end of the block that has started. */
  #position = 0;
  #blockStart = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** How many bytes have come. */
  get length(): number {
    return this.#offset + this.#filled;
  }

  /** Whether all has been cut. */
  get isExhausted(): boolean {
    return this.#next === "nothing";
  }

  /** Waits for more input. */
  async read(): Promise<void> {
    let chunk: Uint8Array | undefined;
    try {
      chunk = await this.#source.take();
    } catch (error) {
      this.#sourceFailure = error;
    }
    if (chunk === undefined) {
      this.#ended = true;
      return;
    }
    if (this.#filled + chunk.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.ceil(1.5 * (this.#filled + chunk.length)));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  /** Cuts off the next part, or gives undefined when more input is needed first. */
  cut(): Part | undefined {
    switch (this.#next) {
      case "header":
        return this.#cutHeader();
      case "mark":
        return this.#cutMark();
      case "blockEnd":
        return this.#cutBlock();
      case "nothing":
        return undefined;
    }
  }

  /**
   * Looks for a later end of a block, and forgets all that was cut behind it.
   *
   * A block that is full of marks would be decoded as often as there are marks, so it becomes twice as long at least. It may
   * turn out then to have ended before.
   */
  extend(block: Block): void {
    this.#level = block.level;
    this.#blockStart = block.start;
    this.#position = 2 * block.end - block.start + 1;
    this.#next = "blockEnd";
  }

  /** Goes on where a block has ended, in bits, and forgets all that was cut behind it. */
  goOnAt(end: number, block: Block): void {
    this.release(end);
    this.#level = block.level;
    this.#position = end;
    this.#next = "mark";
  }

  /** Whether there is a mark at a place, in bits. */
  hasMarkAt(position: number): boolean {
    const isHere = position + MARK_BITS <= 8 * this.length;
    return isHere && markAt(this.#bytes, position - 8 * this.#offset) !== undefined;
  }

  /** The bytes of a block, which starts in the first of them; valid until more is read or released. */
  bytesOf(block: Block): Uint8Array {
    return this.#bytes.subarray(
      Math.floor(block.start / 8) - this.#offset,
      Math.ceil(block.end / 8) - this.#offset,
    );
  }

  /** Gives the memory of all bytes before a place free. */
  release(position: number): void {
    const count = Math.floor(position / 8) - this.#offset;
    this.#bytes.copyWithin(0, count, this.#filled);
    this.#filled -= count;
    this.#offset += count;
  }

  /** What is wrong where there is less input than there should be. */
  shortage(): unknown {
    if (this.#sourceFailure !== undefined) return this.#sourceFailure;
    const facts = { format: "bzip2", compressedOffset: this.length } as const;
    return new TruncatedError("the input ends too early", facts);
  }

  /** What is wrong with something that starts at a place, in bits. */
  corrupt(problem: string, position: number): CorruptError {
    return new CorruptError(problem, { format: "bzip2", compressedOffset: Math.floor(position / 8) });
  }

  #cutHeader(): Part | undefined {
    const start = this.#position / 8 - this.#offset;
    const header = this.#bytes.subarray(start, Math.min(start + HEADER_SIZE, this.#filled));
    const level = (header[3] ?? 0x31) - 0x30;
    const isHeader =
      MAGIC.every((byte, index) => (header[index] ?? byte) === byte) && level >= 1 && level <= 9;
    if (header.length === 0 && this.#ended && this.#position > 0) return this.#stop({ kind: "finish" });
    if (!isHeader) return this.#stop({ kind: "failure", error: this.#noHeader() });
    if (header.length < HEADER_SIZE) return this.#starve();
    this.#level = level;
    this.#position += 8 * HEADER_SIZE;
    return this.#cutNext("mark");
  }

  #cutMark(): Part | undefined {
    if (!this.#has(MARK_BITS)) return this.#starve();
    const position = this.#position;
    const mark = markAt(this.#bytes, position - 8 * this.#offset);
    if (mark === "block") {
      this.#position += MARK_BITS;
      this.#blockStart = this.#position;
      return this.#cutNext("blockEnd");
    }
    if (mark === undefined) return this.#stop({ kind: "failure", error: this.corrupt(NO_BLOCK, position) });
    if (!this.#has(MARK_BITS + CRC_BITS)) return this.#starve();
    const crc = bitsAt(this.#bytes, position + MARK_BITS - 8 * this.#offset, CRC_BITS);
    this.#position = 8 * Math.ceil((position + MARK_BITS + CRC_BITS) / 8);
    this.#next = "header";
    return { kind: "end", crc, position };
  }

  #cutBlock(): Part | undefined {
    const found = findMark(this.#bytes, this.#position - 8 * this.#offset, this.#filled);
    const block = { kind: "block", level: this.#level, start: this.#blockStart } as const;
    if (found >= 0) {
      this.#position = found + 8 * this.#offset;
      this.#next = "mark";
      return { ...block, end: this.#position, isMarked: true };
    }
    const end = 8 * this.length;
    this.#position = Math.max(this.#position, end - MARK_BITS + 1);
    const longest = this.#blockStart + 8 * INPUT_SIZE;
    if (!this.#ended && end < longest) return undefined;
    return this.#stop({ ...block, end: Math.min(end, longest), isMarked: false });
  }

  #cutNext(next: "mark" | "blockEnd"): Part | undefined {
    this.#next = next;
    return this.cut();
  }

  #stop(part: Part): Part {
    this.#next = "nothing";
    return part;
  }

  #has(bits: number): boolean {
    return this.#position + bits <= 8 * this.length;
  }

  #starve(): Part | undefined {
    return this.#ended ? this.#stop({ kind: "failure", error: this.shortage() }) : undefined;
  }

  #noHeader(): CorruptError | TrailingGarbageError {
    const facts = { format: "bzip2", compressedOffset: this.#position / 8 } as const;
    if (this.#position === 0) return new CorruptError("no bzip2 header", facts);
    return new TrailingGarbageError("bytes after the end that are no other stream", facts);
  }
}
