const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Feeds the heads of answers to Node's HTTP parser, and nothing of the body that comes after the last of them. */
export class HeadFeeder {
  /** Whether nothing has come of a line yet. */
  #isLineEmpty = false;

  /**
   * @param parse feeds the parser. @returns whether the body begins here; it does not after a head such as that of 103
   * @returns what is left for the body
   */
  feed(bytes: Buffer, parse: (head: Buffer) => boolean): Buffer {
    for (let rest = bytes; rest.length > 0;) {
      const end = this.#headEnd(rest);
      // The parser may keep slices of what it is given.
      const isBody = parse(Buffer.from(rest.subarray(0, end)));
      rest = rest.subarray(end);
      if (isBody) return rest;
    }
    return bytes.subarray(bytes.length);
  }

  /** A head ends with an empty line. */
  #headEnd(bytes: Buffer): number {
    for (const [at, byte] of bytes.entries()) {
      if (byte === LINE_FEED) {
        const isEnd = this.#isLineEmpty;
        this.#isLineEmpty = !isEnd;
        if (isEnd) return at + 1;
      } else if (byte !== CARRIAGE_RETURN) this.#isLineEmpty = false;
    }
    return bytes.length;
  }
}
