import { TraceFormatError } from "./errors.ts";

const LINE_END = 0x0a;
/** No trace has longer lines, except one that is not a trace. */
const MAX_LINE = 16 * 1024 * 1024;

/**
 * Cuts bytes into blocks that end with a line end, except the last, which is given one where it has none.
 *
 * For readers that need no string of every line. A block is valid until the next is asked for.
 *
 * @throws TraceFormatError where a line is longer than 16 MiB
 */
export async function* wholeLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    let begin = 0;
    if (length > 0) {
      // Only the line that lies across the border is put together; the rest is not copied.
      begin = chunk.indexOf(LINE_END) + 1;
      if (begin > 0) {
        yield Buffer.concat([...rest, chunk.subarray(0, begin)]);
        rest = [];
        length = 0;
      }
    }
    const end = chunk.lastIndexOf(LINE_END) + 1;
    if (end > begin) yield chunk.subarray(begin, end);
    if (end === chunk.length) continue;
    // The producer may reuse the chunk's memory.
    rest.push(Buffer.from(chunk.subarray(end)));
    length += chunk.length - end;
    if (length > MAX_LINE) {
      throw new TraceFormatError(0, `expected lines of at most ${MAX_LINE} bytes, found a longer one`);
    }
  }
  if (length > 0) yield Buffer.concat([...rest, Buffer.from("\n")]);
}
