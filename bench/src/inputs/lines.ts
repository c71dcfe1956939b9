import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ByteSource } from "test-support";

/** Text gathered before it is handed on, in characters. */
const CHUNK_SIZE = 64 * 1024;

/** Changes text line by line; latin1, so that any bytes stay what they are. */
export async function* mapLines(bytes: ByteSource, change: (line: string) => string): AsyncGenerator<Buffer> {
  let text = "";
  const input = Readable.from(bytes).setEncoding("latin1");
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    text += `${change(line)}\n`;
    if (text.length < CHUNK_SIZE) continue;
    yield Buffer.from(text, "latin1");
    text = "";
  }
  yield Buffer.from(text, "latin1");
}
