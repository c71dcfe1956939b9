/** Thrown when a reader needs bytes that have not come yet; never seen outside of this folder. */
export const NEED_MORE: unique symbol = Symbol("need more");

/** Reads bits, the highest of a byte first, from bytes that are at hand. */
export class BitReader {
  bytes: Uint8Array;
  /** Bits from the start of `bytes` that have been read. */
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /**
   * @param count 1 to 24
   * @throws NEED_MORE when fewer are left
   */
  bits(count: number): number {
    const end = this.position + count;
    if (end > this.bytes.length * 8) throw NEED_MORE;
    const first = this.position >> 3;
    const { bytes } = this;
    const word =
      ((bytes[first] ?? 0) << 24) |
      ((bytes[first + 1] ?? 0) << 16) |
      ((bytes[first + 2] ?? 0) << 8) |
      (bytes[first + 3] ?? 0);
    const value = (word << (this.position & 7)) >>> (32 - count);
    this.position = end;
    return value;
  }

  /** Reads 32 bits as an unsigned number. */
  word(): number {
    const high = this.bits(16);
    return ((high << 16) | this.bits(16)) >>> 0;
  }

  alignToByte(): void {
    this.position = (this.position + 7) & ~7;
  }
}
