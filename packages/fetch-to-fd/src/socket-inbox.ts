import type { Inbox } from "./body-receiver.ts";

/** Larger ones save turns between the socket and the writer, but take memory, in bytes. */
const BUFFER_SIZE = 512 * 1024;
const MIN_BUFFER_SIZE = 4096;

/** For a TCP socket: one buffer, which is handed out as it is filled. */
export class SocketInbox implements Inbox {
  readonly buffer: Buffer;
  #bytes: Uint8Array | undefined;
  /** Whether the consumer has what is in the buffer. */
  #isInUse = false;

  /** @param maxRate bytes in a second that are wanted at most; they are not to come all at once */
  constructor(maxRate: number = Infinity) {
    const size = Math.max(MIN_BUFFER_SIZE, Math.min(BUFFER_SIZE, Math.floor(maxRate / 8)));
    this.buffer = Buffer.allocUnsafeSlow(size);
  }

  get hasRoom(): boolean {
    return this.#bytes === undefined && !this.#isInUse;
  }

  put(bytes: Buffer): boolean {
    const hadRoom = this.hasRoom;
    this.#bytes = bytes;
    return hadRoom;
  }

  take(): Uint8Array | undefined {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    this.#isInUse = bytes !== undefined;
    return bytes;
  }
}
