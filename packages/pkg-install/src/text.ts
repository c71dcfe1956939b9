import { isUtf8 } from "node:buffer";

/*
 * Text is decoded as UTF-8, and a byte that is not part of valid UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as
 * Python's "surrogateescape" has it. Names of files and packages keep their bytes that way.
 */

const ESCAPE = 0xdc00;
const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
/** Below it the order of UTF-16 units is that of the bytes. */
const FIRST_SURROGATE = 0xd800;

/** Decodes bytes to text; bytes that are no UTF-8 become lone surrogates. */
export function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = "";
  for (let index = 0; index < bytes.length;) {
    const length = [1, 2, 3, 4].find((size) => isUtf8(bytes.subarray(index, index + size))) ?? 0;
    text +=
      length === 0
        ? String.fromCharCode(ESCAPE + (bytes[index] ?? 0))
        : bytes.toString("utf8", index, index + length);
    index += Math.max(length, 1);
  }
  return text;
}

/** Encodes text to bytes, the inverse of {@link decodeText}. */
export function encodeText(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text);
  const parts = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return ESCAPED.test(character) ? Buffer.of(code - ESCAPE) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** The path as the file system calls take it: as bytes, where it is no proper text. */
export function native(path: string): string | Buffer {
  return ESCAPED.test(path) ? encodeText(path) : path;
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
