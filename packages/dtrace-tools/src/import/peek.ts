import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { TraceFormatError } from "../errors.ts";

/** The beginning of a trace, and all of it, the beginning included. */
export interface Peeked {
  readonly head: Buffer;
  readonly all: AsyncIterable<Uint8Array>;
}

/** Looks at the beginning of a trace, of at least `size` bytes where there are as many. */
export async function peek(input: AsyncIterable<Uint8Array>, size: number): Promise<Peeked> {
  const iterator = input[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < size) {
    const next = await iterator.next();
    if (next.done === true) break;
    // The producer may reuse the chunk's memory.
    chunks.push(Uint8Array.from(next.value));
    length += next.value.length;
  }
  const head = Buffer.concat(chunks);
  return { head, all: continued(head, iterator) };
}

/**
 * Decompresses a trace where it is compressed by gzip, as heaptrack and pprof keep theirs.
 *
 * @throws TraceFormatError where it is compressed by zstd, or badly
 */
export async function decompressed(input: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const { head, all } = await peek(input, 4);
  if (head.subarray(0, 4).toString("hex") === "28b52ffd") {
    throw new TraceFormatError(
      0,
      "the trace is compressed by zstd, which is not read here; try: zstd -dc FILE",
    );
  }
  return head[0] === 0x1f && head[1] === 0x8b ? gunzipped(all) : all;
}

async function* continued(
  head: Buffer,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

async function* gunzipped(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // Its failure is thrown by the loop below.
  pipeline(Readable.from(copies(input)), gunzip, () => undefined);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { message } = error as Error;
    throw new TraceFormatError(0, `the trace is compressed by gzip, but not whole: ${message}`);
  }
}

/** A stream reads ahead, while the producer may reuse a chunk's memory. */
async function* copies(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) yield Uint8Array.from(chunk);
}
