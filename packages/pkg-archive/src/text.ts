import { isAscii, isUtf8 } from "node:buffer";

/*
 * Text is decoded as UTF-8, and a byte that is not part of valid UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as
 * Python's "surrogateescape" has it. Encoding gives back the same bytes.
 */

const ESCAPE = 0xdc00;
/** The second half of a pair is not meant. */
const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** Decodes bytes to text; bytes that are no UTF-8 become lone surrogates. */
export function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString("latin1");
  return isUtf8(buffer) ? buffer.toString() : decodeMixed(buffer);
}

/** Encodes text to bytes, the inverse of {@link decodeText}. */
export function encodeText(text: string): Buffer {
  return ESCAPED.test(text) ? encodeMixed(text) : Buffer.from(text);
}

function decodeMixed(bytes: Buffer): string {
  let text = "";
  for (let index = 0; index < bytes.length;) {
    const length = sequenceLength(bytes[index] ?? 0);
    const sequence = bytes.subarray(index, index + length);
    if (length > 0 && isUtf8(sequence)) {
      text += sequence.toString();
      index += length;
    } else {
      text += String.fromCharCode(ESCAPE + (bytes[index] ?? 0));
      index += 1;
    }
  }
  return text;
}

/** How long the character is that starts with this byte, 0 where none does. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

function encodeMixed(text: string): Buffer {
  const parts = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    const isEscape = character.length === 1 && code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff;
    return isEscape ? Buffer.of(code - ESCAPE) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}
