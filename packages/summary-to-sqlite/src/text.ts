/*
 * Text is UTF-8. A byte that is not part of valid UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as Python's
 * "surrogateescape" has it, so that encoding gives back the same bytes. In the database it is the byte itself.
 */

const ESCAPE = 0xdc00;
/** With the `u` flag the second halves of pairs are not meant. */
const ESCAPED = /([\udc80-\udcff])/u;
/** Bytes, each as the character of the same number: a whole multi-byte character of UTF-8, or one that is none. */
const SEQUENCE =
  /([\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|[\x80-\xff]/g;

/** Decodes bytes to text; bytes that are no UTF-8 become lone surrogates. */
export function decodeText(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin1.replace(SEQUENCE, (sequence, whole: string | undefined) =>
    whole === undefined
      ? String.fromCharCode(ESCAPE + sequence.charCodeAt(0))
      : Buffer.from(whole, "latin1").toString(),
  );
}

/** Encodes text to bytes, the inverse of {@link decodeText}. */
export function encodeText(text: string): Buffer {
  return Buffer.concat(
    text
      .split(ESCAPED)
      .map((part) => (ESCAPED.test(part) ? Buffer.of(part.charCodeAt(0) - ESCAPE) : Buffer.from(part))),
  );
}

/** Tells whether text has bytes that are no UTF-8. */
export function isEscaped(text: string): boolean {
  return ESCAPED.test(text);
}
