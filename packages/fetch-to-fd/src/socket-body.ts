import type { OnReadOpts, Socket } from "node:net";
import { type Framing, receiveBody } from "./body-framing.ts";
import { HeadFeeder } from "./head-feeder.ts";

/** Larger ones save turns between the socket and the writer, but take memory, in bytes. */
const BUFFER_SIZE = 512 * 1024;
const MIN_BUFFER_SIZE = 4096;

/** Receives all that comes over a socket in memory of its own. */
export interface BodyReceiver {
  /** For `net.connect` and `tls.connect`. */
  readonly onread: OnReadOpts;
  attach(socket: Socket): void;
  /** Takes the body away from the parser, from within the event `response`. */
  take(framing: Framing): AsyncIterable<Uint8Array>;
}

/**
 * Receives all that comes over a TCP socket in one buffer, which is what keeps memory flat.
 *
 * The head of an answer goes through Node's HTTP parser. A body does not, since the parser would copy every chunk to memory of
 * its own: from there on the consumer sees the buffer itself.
 */
export class SocketBody implements BodyReceiver {
  readonly onread: OnReadOpts;
  readonly #heads = new HeadFeeder();
  #socket: Socket | undefined;
  /** Whether what comes is the body, and the consumer's. */
  #isTaken = false;
  /** What came together with the head. */
  #early: Uint8Array | undefined;
  #deliver: ((chunk: Uint8Array | undefined) => void) | undefined;

  /** @param maxRate bytes in a second that are wanted at most; they are not to come all at once */
  constructor(maxRate: number = Infinity) {
    const size = Math.max(MIN_BUFFER_SIZE, Math.min(BUFFER_SIZE, Math.floor(maxRate / 8)));
    const buffer = Buffer.allocUnsafeSlow(size);
    this.onread = { buffer, callback: (count) => this.#receive(buffer.subarray(0, count)) };
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.once("close", () => this.#settle(undefined));
  }

  take(framing: Framing): AsyncGenerator<Uint8Array> {
    this.#isTaken = true;
    return this.#chunks(framing);
  }

  async *#chunks(framing: Framing): AsyncGenerator<Uint8Array> {
    try {
      yield* receiveBody(() => this.#next(), framing);
    } finally {
      this.#socket?.destroy();
    }
  }

  #next(): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      this.#deliver = resolve;
      const early = this.#early;
      this.#early = undefined;
      if (early !== undefined || this.#socket?.destroyed !== false) this.#settle(early);
      else this.#socket.resume();
    });
  }

  /** @returns false to pause the socket */
  #receive(bytes: Buffer): boolean {
    if (!this.#isTaken) {
      const rest = this.#heads.feed(bytes, (head) => {
        this.#socket?.emit("data", head);
        return this.#isTaken;
      });
      if (rest.length > 0) this.#early = rest;
      return !this.#isTaken;
    }
    if (this.#deliver === undefined) this.#socket?.destroy(new Error("bytes came that were not asked for"));
    this.#settle(bytes);
    return false;
  }

  #settle(chunk: Uint8Array | undefined): void {
    const deliver = this.#deliver;
    this.#deliver = undefined;
    deliver?.(chunk);
  }
}
