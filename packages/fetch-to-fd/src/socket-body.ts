import type { IncomingMessage } from "node:http";
import type { OnReadOpts, Socket } from "node:net";

/** Larger ones save turns between the socket and the writer, but take memory, in bytes. */
const BUFFER_SIZE = 512 * 1024;
const MIN_BUFFER_SIZE = 4096;

/** Receives all that comes over a socket in memory of its own. */
export interface BodyReceiver {
  /** For `net.connect` and `tls.connect`. */
  readonly onread: OnReadOpts;
  attach(socket: Socket): void;
  /**
   * Takes the body away from the parser, from within the event `response`.
   *
   * @param size bytes of the body
   * @returns the body, which is short if the socket closes early
   */
  take(response: IncomingMessage, size: number): AsyncIterable<Uint8Array>;
}

/**
 * Receives all that comes over a TCP socket in one buffer, which is what keeps memory flat.
 *
 * The head of an answer goes through Node's HTTP parser. A body of known size needs no parser, which would copy every chunk
 * to memory of its own, so from there on the consumer sees the buffer itself.
 */
export class SocketBody implements BodyReceiver {
  readonly onread: OnReadOpts;
  #socket: Socket | undefined;
  /** The answer whose body no longer goes through the parser. */
  #response: IncomingMessage | undefined;
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

  take(response: IncomingMessage, size: number): AsyncGenerator<Uint8Array> {
    this.#response = response;
    // The response must not start the socket again when its own buffer runs low.
    response._read = () => {};
    return this.#chunks(response, size);
  }

  async *#chunks(response: IncomingMessage, size: number): AsyncGenerator<Uint8Array> {
    try {
      // What came together with the head has been through the parser.
      let chunk: Uint8Array | undefined = response.read() ?? (size > 0 ? await this.#next() : undefined);
      for (
        let left = size;
        left > 0 && chunk !== undefined;
        chunk = left > 0 ? await this.#next() : undefined
      ) {
        if (chunk.length > left) chunk = chunk.subarray(0, left);
        left -= chunk.length;
        yield chunk;
      }
    } finally {
      this.#socket?.destroy();
    }
  }

  #next(): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      this.#deliver = resolve;
      if (this.#socket?.destroyed !== false) this.#settle(undefined);
      else this.#socket.resume();
    });
  }

  /** @returns false to pause the socket */
  #receive(chunk: Buffer): boolean {
    if (this.#response === undefined) {
      // The parser may keep slices of what it is given.
      this.#socket?.emit("data", Buffer.from(chunk));
      return this.#response === undefined;
    }
    if (this.#deliver === undefined) this.#socket?.destroy(new Error("bytes came that were not asked for"));
    this.#settle(chunk);
    return false;
  }

  #settle(chunk: Uint8Array | undefined): void {
    const deliver = this.#deliver;
    this.#deliver = undefined;
    deliver?.(chunk);
  }
}
