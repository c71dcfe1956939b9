import { decodeText, encodeText } from "pkg-archive";

/*
 * A byte of a name that is not part of valid UTF-8 is a lone surrogate, U+DC80 to U+DCFF, in its text.
 */

const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
/** Below it the order of UTF-16 units is that of the bytes. */
const FIRST_SURROGATE = 0xd800;

/** The path as the file system calls take it: as bytes, where it is no proper text. */
export function native(path: string): string | Buffer {
  return ESCAPED.test(path) ? encodeText(path) : path;
}

/** What stands for bytes that are no UTF-8, and for itself. */
const REPLACEMENT = "\ufffd";

/** Decodes some of the bytes to text, as `decodeText` does, but without making an object for them first. */
export function decodePart(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  return text.includes(REPLACEMENT) ? decodeText(bytes.subarray(start, end)) : text;
}

/** Orders texts by their bytes. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    if (left < FIRST_SURROGATE && right < FIRST_SURROGATE) return left - right;
    return Buffer.compare(encodeText(a), encodeText(b));
  }
  return a.length - b.length;
}
