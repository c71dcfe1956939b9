import type { IncomingMessage } from "node:http";
import type { OnReadOpts, Socket } from "node:net";
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
  #filling: Buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #resting: Buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #filled = 0;
  #socket: Socket | undefined;
  /** The answer whose body no longer goes through the parser. */
  #response: IncomingMessage | undefined;
  #wake: (() => void) | undefined;

  constructor() {
    const record = Buffer.allocUnsafeSlow(RECORD_SIZE);
    this.onread = { buffer: record, callback: (count) => this.#receive(record.subarray(0, count)) };
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.once("close", () => this.#wake?.());
  }

  take(response: IncomingMessage, size: number): AsyncGenerator<Uint8Array> {
    this.#response = response;
    // The response must not start the socket again when its own buffer runs low.
    response._read = () => {};
    return this.#chunks(response, size);
  }

  async *#chunks(response: IncomingMessage, size: number): AsyncGenerator<Uint8Array> {
    try {
      // What came together with the head has been through the parser.
      const first: Uint8Array = response.read() ?? new Uint8Array();
      let left = size - Math.min(size, first.length);
      if (first.length > 0) yield first.subarray(0, size);
      while (left > 0) {
        const chunk = await this.#next();
        if (chunk === undefined) return;
        const wanted = Math.min(left, chunk.length);
        left -= wanted;
        yield chunk.subarray(0, wanted);
      }
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
    if (this.#response === undefined) {
      // The parser may keep slices of what it is given.
      this.#socket?.emit("data", Buffer.from(bytes));
      return this.#response === undefined;
    }
    const copied = bytes.copy(this.#filling, this.#filled);
    this.#filled += copied;
    if (copied < bytes.length) this.#socket?.destroy(new Error("more came than there is room for"));
    this.#wake?.();
    return this.#filled < BUFFER_SIZE - MARGIN;
  }
}
