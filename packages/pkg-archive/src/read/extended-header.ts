import { decodeText } from "bz2-record-stream";

/*
 * An extended (pax) header is an entry of the type `x`, whose records `LENGTH KEY=VALUE` go before what the header after it says.
 * Names in it are bytes like all names, but tar-stream decodes them as UTF-8, which loses what is none.
 */

const TYPE = { offset: 156, extended: "x".charCodeAt(0) } as const;
const SIZE = { start: 124, end: 136 } as const;

/** The extended header that stands before another header, as it came. */
export class ExtendedHeader {
  /** Bytes of an entry that have not come yet. */
  #left = 0;
  #isExtended = false;
  #blocks: Buffer[] = [];

  /** Takes note of a block that is not yet that other header. */
  add(block: Buffer): void {
    if (this.#left > 0) {
      this.#left -= block.length;
      if (this.#isExtended) this.#blocks.push(block);
      return;
    }
    this.#left = Number.parseInt(block.toString("latin1", SIZE.start, SIZE.end), 8);
    this.#isExtended = block[TYPE.offset] === TYPE.extended;
    if (this.#isExtended) this.#blocks = [];
  }

  /** The value of a record, or undefined where there is none; the last one counts. */
  get(key: string): string | undefined {
    let found: Buffer | undefined;
    for (const [name, value] of records(Buffer.concat(this.#blocks))) if (name === key) found = value;
    return found && decodeText(found);
  }
}

function* records(bytes: Buffer): Generator<[key: string, value: Buffer]> {
  for (let start = 0; start < bytes.length;) {
    const blank = bytes.indexOf(" ", start);
    const end = start + Number.parseInt(bytes.toString("latin1", start, blank), 10);
    const equals = bytes.indexOf("=", blank);
    // So also where no length is to be read.
    if (!(equals >= 0 && equals < end)) return;
    yield [bytes.toString("latin1", blank + 1, equals), bytes.subarray(equals + 1, end - 1)];
    start = end;
  }
}
