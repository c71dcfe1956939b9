// RFC 9112, section 7.1: chunks, each a line with its size in hexadecimal, its bytes and an empty line; one of size 0, with
// lines of a trailer after it and an empty one at the end. Extensions in the lines of sizes and the trailer are not looked at.
import type { Receive } from "./body-framing.ts";

const LINE_FEED = 0x0a;
/** A line is no longer, in bytes. */
const MAX_LINE = 16 * 1024;

/**
 * Takes the bytes of a body out of its chunks.
 *
 * @throws Error for what is no chunk, and one with the code ECONNRESET where the connection is closed before the last
 */
export async function* decodeChunks(receive: Receive): AsyncGenerator<Uint8Array> {
  const decoder = new ChunkDecoder();
  while (!decoder.hasEnded) {
    const bytes = await receive();
    if (bytes === undefined) {
      throw Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" });
    }
    yield* decoder.decode(bytes);
  }
}

class ChunkDecoder {
  hasEnded = false;
  #expected: "size" | "bytes" | "end of bytes" | "trailer" = "size";
  /** Of the bytes of a chunk. */
  #left = 0;
  /** What has come of a line. */
  #line = "";

  *decode(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length && !this.hasEnded;) {
      if (this.#expected === "bytes") {
        const part = bytes.subarray(at, at + this.#left);
        at += part.length;
        this.#left -= part.length;
        if (this.#left === 0) this.#expected = "end of bytes";
        yield part;
      } else {
        const end = bytes.indexOf(LINE_FEED, at);
        this.#addToLine(bytes.subarray(at, end < 0 ? bytes.length : end));
        if (end < 0) return;
        at = end + 1;
        this.#endLine();
      }
    }
  }

  #addToLine(bytes: Uint8Array): void {
    if (this.#line.length + bytes.length > MAX_LINE) throw new Error("a line between two chunks is too long");
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  }

  #endLine(): void {
    const line = this.#line.replace(/\r$/, "");
    this.#line = "";
    if (this.#expected === "trailer") {
      this.hasEnded = line === "";
    } else if (this.#expected === "end of bytes") {
      if (line !== "") throw new Error("a chunk does not end where it should");
      this.#expected = "size";
    } else {
      const digits = /^([\da-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (digits === undefined) throw new Error("a chunk does not tell its size");
      this.#left = Number.parseInt(digits, 16);
      this.#expected = this.#left === 0 ? "trailer" : "bytes";
    }
  }
}
