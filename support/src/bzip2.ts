import { Readable } from "node:stream";
import { buffer as readAll } from "node:stream/consumers";
import { encodeBzip2 } from "./bzip2-encoder.ts";
import { type ByteSource, filter } from "./filter.ts";
import { machineTool } from "./machine-tool.ts";

/** How bytes are compressed. */
export interface Bzip2Options {
  /** 1 to 9, the size of blocks in units of 100,000 bytes; the encoder in JavaScript has blocks of one size. Default: 9. */
  readonly level?: number;
}

/**
 * Compresses bytes with the machine's `bzip2`, or without one with an encoder in JavaScript, which is slower and packs less
 * tightly.
 *
 * @throws Error when `bzip2` fails
 */
export async function bzip2Compress(
  bytes: Uint8Array | ByteSource,
  { level = 9 }: Bzip2Options = {},
): Promise<Buffer> {
  const tool = machineTool("bzip2");
  const input = bytes instanceof Uint8Array ? [bytes] : bytes;
  if (tool !== undefined) return readAll(filter(tool, [`-${level}`, "-c"], input));
  return encodeBzip2(bytes instanceof Uint8Array ? bytes : await readAll(Readable.from(bytes)));
}
