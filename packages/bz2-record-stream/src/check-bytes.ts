/**
 * Makes sure that a chunk is of bytes: text, as a stream has it that was given an encoding, would be taken for none at all.
 *
 * @throws TypeError for something else
 */
export function checkBytes(chunk: unknown): void {
  if (!ArrayBuffer.isView(chunk))
    throw new TypeError(`chunks of bytes, such as a Buffer, were expected, found a ${typeof chunk}`);
}
