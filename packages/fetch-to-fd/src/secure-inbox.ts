import type { Inbox } from "./body-receiver.ts";

/** A TLS record is no larger, in bytes. */
const RECORD_SIZE = 16 * 1024;
/** One is filled while the other is in use, in bytes. */
const BUFFER_SIZE = 256 * 1024;
/** A paused connection still delivers what it has received and not yet decrypted, which is no more than this, in bytes. */
const MARGIN = 128 * 1024;

/**
 * For a TLS socket: two buffers that take turns.
 *
 * Unlike TCP, TLS delivers several records of 16 kB one after the other, whether it is paused in between or not, so they are
 * gathered while the consumer is busy.
 */
export class SecureInbox implements Inbox {
  readonly buffer: Buffer = Buffer.allocUnsafeSlow(RECORD_SIZE);
  #filling: Buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #resting: Buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #filled = 0;

  get hasRoom(): boolean {
    return this.#filled < BUFFER_SIZE - MARGIN;
  }

  put(bytes: Buffer): boolean {
    const copied = bytes.copy(this.#filling, this.#filled);
    this.#filled += copied;
    return copied === bytes.length;
  }

  take(): Uint8Array | undefined {
    if (this.#filled === 0) return undefined;
    const bytes = this.#filling.subarray(0, this.#filled);
    [this.#filling, this.#resting] = [this.#resting, this.#filling];
    this.#filled = 0;
    return bytes;
  }
}
