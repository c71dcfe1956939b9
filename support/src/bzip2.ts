import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { buffer as readAll, text as readText } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { encodeBzip2 } from "./bzip2-encoder.ts";
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
  bytes: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { level = 9 }: Bzip2Options = {},
): Promise<Buffer> {
  const tool = machineTool("bzip2");
  const input = bytes instanceof Uint8Array ? Readable.from([bytes]) : Readable.from(bytes);
  if (tool === undefined) return encodeBzip2(bytes instanceof Uint8Array ? bytes : await readAll(input));
  const child = spawn(tool, [`-${level}`, "-c"], { stdio: ["pipe", "pipe", "pipe"] });
  const closed = once(child, "close") as Promise<[number | null]>;
  const [packed, problems, [status]] = await Promise.all([
    readAll(child.stdout),
    readText(child.stderr),
    closed,
    pipeline(input, child.stdin),
  ]);
  if (status !== 0) throw new Error(`bzip2 ended with ${status}: ${problems}`);
  return packed;
}
