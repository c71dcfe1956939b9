import type { OnReadOpts, Socket } from "node:net";
import { type Framing, receiveBody } from "./body-framing.ts";
import { HeadFeeder } from "./head-feeder.ts";
import type { BodyReceiver } from "./socket-body.ts";

/** A TLS record is no larger, in bytes. */
const RECORD_SIZE = 16 * 1024;
/** One is filled while the other is in use, in bytes. */
const BUFFER_SIZE = 256 * 1024;
/** A paused connection still delivers what it has received and not yet decrypted, which is no more than this, in bytes. */
const MARGIN = 128 * 1024;

/**
 * Receives all that comes over a TLS socket in two buffers that take turns, which is what keeps memory flat.
 *
 * Unlike TCP, TLS delivers several records of 16 kB one after the other, whether it is paused in between or not, so they are
 * gathered while the consumer is busy. See SocketBody for the rest.
 */
export class SecureBody implements BodyReceiver {
  readonly onread: OnReadOpts;
  readonly #heads = new HeadFeeder();
  #filling: Buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #resting: Buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #filled = 0;
  #socket: Socket | undefined;
  /** Whether what comes is the body, and the consumer's. */
  #isTaken = false;
  #wake: (() => void) | undefined;

  constructor() {
    const record = Buffer.allocUnsafeSlow(RECORD_SIZE);
    this.onread = { buffer: record, callback: (count) => this.#receive(record.subarray(0, count)) };
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.once("close", () => this.#wake?.());
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

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#filled === 0 && this.#socket?.destroyed === false) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#socket?.resume();
      });
      this.#wake = undefined;
    }
    if (this.#filled === 0) return undefined;
    const chunk = this.#filling.subarray(0, this.#filled);
    [this.#filling, this.#resting] = [this.#resting, this.#filling];
    this.#filled = 0;
    this.#socket?.resume();
    return chunk;
  }

  /** @returns false to pause the socket */
  #receive(bytes: Buffer): boolean {
    if (this.#isTaken) return this.#gather(bytes);
    const rest = this.#heads.feed(bytes, (head) => {
      this.#socket?.emit("data", head);
      return this.#isTaken;
    });
    return this.#gather(rest);
  }

  #gather(bytes: Buffer): boolean {
    const copied = bytes.copy(this.#filling, this.#filled);
    this.#filled += copied;
    if (copied < bytes.length) this.#socket?.destroy(new Error("more came than there is room for"));
    this.#wake?.();
    return this.#filled < BUFFER_SIZE - MARGIN;
  }
}
