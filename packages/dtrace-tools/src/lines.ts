import { StringDecoder } from "node:string_decoder";
import { TraceFormatError } from "./errors.ts";

/** No trace has longer lines, except one that is not a trace. */
const MAX_LINE = 16 * 1024 * 1024;

/**
 * Splits bytes into lines of UTF-8 text, in batches of those that have come, without their line ends.
 *
 * @throws TraceFormatError where a line is longer than 16 Mi characters
 */
export async function* lines(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder("utf8");
  const pieces: string[] = [];
  let length = 0;
  let number = 0;
  for await (const chunk of input) {
    const text = decoder.write(chunk as Buffer);
    length += text.length;
    if (text.includes("\n")) {
      const batch = (pieces.join("") + text).split("\n");
      pieces.length = 0;
      const rest = batch.pop() ?? "";
      pieces.push(rest);
      length = rest.length;
      number += batch.length;
      yield batch.map(withoutReturn);
    } else {
      pieces.push(text);
    }
    if (length > MAX_LINE) {
      throw new TraceFormatError(
        number + 1,
        `line ${number + 1}: expected at most ${MAX_LINE} characters, found more`,
      );
    }
  }
  const rest = pieces.join("") + decoder.end();
  if (rest !== "") yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
