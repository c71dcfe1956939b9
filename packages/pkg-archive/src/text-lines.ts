import { LimitError } from "./errors.ts";
import { decodeText } from "bz2-record-stream";

/** No line of any list or summary is longer, in bytes. */
const LONGEST_LINE = 1024 * 1024;
const LINE_FEED = 10;

/**
 * Takes bytes apart into lines of text, without their line feeds; what follows the last one is a line, too.
 *
 * @throws LimitError out of the iteration for a line that is too long
 */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const rest = chunk.subarray(start, end);
      yield decodeText(waiting.length === 0 ? rest : Buffer.concat([waiting, rest]));
      waiting = Buffer.alloc(0);
      start = end + 1;
    }
    // The chunk's memory may be used again.
    if (start < chunk.length) waiting = Buffer.concat([waiting, chunk.subarray(start)]);
    if (waiting.length > LONGEST_LINE)
      throw new LimitError(`a line of at most ${LONGEST_LINE} bytes was expected, found a longer one`);
  }
  if (waiting.length > 0) yield decodeText(waiting);
}
