import { crc32 } from "node:zlib";

/*
 * An xz stream ends in 12 bytes: a CRC-32 of the six that follow it, and YZ (The .xz File Format, 2.1.2). Between streams there may
 * be zeros, four at a time.
 */
const FOOTER = { size: 12, checked: 4, mark: 10, text: "YZ" } as const;
const PADDING = 4;
/** Of what was read last; a decoder asks for no more than a header before it looks at it. */
const KEPT = 64;

/** The last bytes of a file of xz streams, which tell whether something follows the last stream that is no other one. */
export class XzTail {
  #bytes = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(-KEPT)]).subarray(-KEPT);
  }

  /** What stands behind the last stream and its padding; undefined where the end of none is to be seen. */
  get rest(): Buffer | undefined {
    for (let end = this.#bytes.length; end >= FOOTER.size; end--) {
      if (!isFooter(this.#bytes.subarray(end - FOOTER.size, end))) continue;
      let start = end;
      while (this.#bytes.subarray(start, start + PADDING).equals(Buffer.alloc(PADDING))) start += PADDING;
      return this.#bytes.subarray(start);
    }
    return undefined;
  }
}

function isFooter(bytes: Buffer): boolean {
  if (bytes.toString("latin1", FOOTER.mark) !== FOOTER.text) return false;
  return crc32(bytes.subarray(FOOTER.checked, FOOTER.mark)) === bytes.readUInt32LE(0);
}
