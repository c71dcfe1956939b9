import type { OnReadOpts, Socket } from "node:net";
import { type Framing, receiveBody } from "./body-framing.ts";
import { HeadFeeder } from "./head-feeder.ts";

/** Holds the bytes of a body from when they come until the consumer is done with them. */
export interface Inbox {
  /** Where the socket puts what it receives. */
  readonly buffer: Buffer;
  /** Whether more may come. */
  readonly hasRoom: boolean;
  /** Adds what is at the beginning of the buffer now. @returns false where there is no room for it */
  put(bytes: Buffer): boolean;
  /** Hands out what has come, until it is called again. @returns undefined where nothing has */
  take(): Uint8Array | undefined;
}

/**
 * Receives all that comes over a socket in memory of its own, which is what keeps memory flat.
 *
 * The head of an answer goes through Node's HTTP parser. A body does not, since the parser would copy every chunk to memory of
 * its own: from there on it is the inbox that gets what comes.
 */
export class BodyReceiver {
  /** For `net.connect` and `tls.connect`. */
  readonly onread: OnReadOpts;
  readonly #inbox: Inbox;
  readonly #heads = new HeadFeeder();
  #socket: Socket | undefined;
  /** Whether what comes is the body, and the consumer's. */
  #isTaken = false;
  #wake: (() => void) | undefined;

  constructor(inbox: Inbox) {
    const { buffer } = inbox;
    this.#inbox = inbox;
    this.onread = { buffer, callback: (count) => this.#receive(buffer.subarray(0, count)) };
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.once("close", () => this.#wake?.());
  }

  /** Takes the body away from the parser, from within the event `response`. */
  take(framing: Framing): AsyncIterable<Uint8Array> {
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

  async #next(): Promise<Uint8Array | undefined> {
    const bytes = this.#inbox.take() ?? (await this.#wait());
    if (this.#inbox.hasRoom) this.#socket?.resume();
    return bytes;
  }

  async #wait(): Promise<Uint8Array | undefined> {
    if (this.#socket?.destroyed !== false) return undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#socket?.resume();
    });
    return this.#inbox.take();
  }

  /** @returns false to pause the socket */
  #receive(bytes: Buffer): boolean {
    const body = this.#isTaken ? bytes : this.#feedHeads(bytes);
    if (body.length === 0) return true;
    if (!this.#inbox.put(body)) this.#socket?.destroy(new Error("more came than there is room for"));
    this.#wake?.();
    return this.#inbox.hasRoom;
  }

  /** @returns what comes after them */
  #feedHeads(bytes: Buffer): Buffer {
    return this.#heads.feed(bytes, (head) => {
      this.#socket?.emit("data", head);
      return this.#isTaken;
    });
  }
}
