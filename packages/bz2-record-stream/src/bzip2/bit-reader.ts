/** Thrown when a reader needs bytes that have not come yet; never seen outside of this folder. */
export const NEED_MORE: unique symbol = Symbol("need more");

/** So many bytes behind the end may be touched, so that inner loops need not look for the end at every step. */
export const PADDING = 256;

/** Reads bits, the highest of a byte first, from bytes that are at hand. */
export class BitReader {
  /** Its last {@link PADDING} bytes do not count. */
  bytes: Uint8Array = new Uint8Array(PADDING);
  /** Where the bytes at hand end, in bits from the start of `bytes`. */
  end = 0;
  /** Bits from the start of `bytes` that have been read. */
  position = 0;

  /**
   * @param count 1 to 24
   * @throws NEED_MORE when fewer are left
   */
  bits(count: number): number {
    const { bytes, position } = this;
    const first = position >> 3;
    const word =
      ((bytes[first] as number) << 24) |
      ((bytes[first + 1] as number) << 16) |
      ((bytes[first + 2] as number) << 8) |
      (bytes[first + 3] as number);
    this.moveTo(position + count);
    return (word << (position & 7)) >>> (32 - count);
  }

  /** Reads 32 bits as an unsigned number. */
  word(): number {
    const high = this.bits(16);
    return ((high << 16) | this.bits(16)) >>> 0;
  }

  /** @throws NEED_MORE when that is behind the end */
  moveTo(position: number): void {
    if (position > this.end) throw NEED_MORE;
    this.position = position;
  }

  alignToByte(): void {
    this.position = (this.position + 7) & ~7;
  }
}
