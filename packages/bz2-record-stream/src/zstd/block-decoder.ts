import { webAssembly } from "../web-assembly.ts";
import { DECODER_BINARY } from "./decoder-binary.ts";

/** The most that a block may have, compressed or not. */
export const BLOCK_SIZE: number = 128 * 1024;

const PAGE = 0x1_0000;
/** As in assembly/zstd/layout.ts. */
const INPUT = 0x1_0000;
const WINDOW = 0x8_0000;
/** Copying in steps of eight bytes writes a little too far. */
const SLACK = 64;
/** After so much text, or as much as the window has if that is less, what has to be kept is moved to the front. */
const MOST_BETWEEN_MOVES = 1024 * 1024;

interface Exports {
  startFrame(): void;
  decodeBlock(kind: number, size: number, filled: number): number;
}

let compiled: object | undefined;

/** Decodes the blocks of zstd frames, one after the other, in memory of its own. */
export class BlockDecoder {
  readonly #exports: Exports;
  readonly #bytes: Uint8Array;
  /** The largest window that there is room for. */
  readonly #largest: number;
  readonly #capacity: number;
  #window = 0;
  #filled = 0;

  /** @param window how much text before a block it may repeat, in bytes */
  constructor(window: number) {
    this.#largest = window;
    this.#capacity = window + Math.max(BLOCK_SIZE, Math.min(window, MOST_BETWEEN_MOVES));
    const pages = Math.ceil((WINDOW + this.#capacity + SLACK) / PAGE);
    const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new webAssembly.Module(Buffer.from(DECODER_BINARY, "base64"));
    this.#exports = new webAssembly.Instance(compiled, { env: { memory } }).exports as Exports;
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** Starts a frame, unless there is not room enough for its window. */
  startFrame(window: number): boolean {
    if (window > this.#largest) return false;
    this.#window = window;
    this.#filled = 0;
    this.#exports.startFrame();
    return true;
  }

  /** Where the content of a block has to be put before it is decoded. */
  input(size: number): Uint8Array {
    return this.#bytes.subarray(INPUT, INPUT + size);
  }

  /**
   * Decodes a block.
   *
   * @param kind as its header has it
   * @param size of its text if it is not compressed, else of its content
   * @returns its text, valid until the next is decoded; undefined for one that is damaged
   */
  decode(kind: number, size: number): Uint8Array | undefined {
    if (this.#filled + BLOCK_SIZE > this.#capacity) {
      this.#bytes.copyWithin(WINDOW, WINDOW + this.#filled - this.#window, WINDOW + this.#filled);
      this.#filled = this.#window;
    }
    const added = this.#exports.decodeBlock(kind, size, this.#filled);
    if (added < 0) return undefined;
    const start = WINDOW + this.#filled;
    this.#filled += added;
    return this.#bytes.subarray(start, start + added);
  }
}
