import { pipeline } from "node:stream";
import { parseNdjson } from "./ndjson.ts";
import { SummaryError } from "./errors.ts";
import type { SummaryRecord } from "./summary-record.ts";
import { splitLines, splitRecords } from "./split.ts";

/** What compressed files begin with that must be decompressed by something else, and what that is. */
const COMPRESSIONS = [
  { name: "bzip2", magic: [0x42, 0x5a, 0x68] },
  { name: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;
const GZIP = [0x1f, 0x8b];
const BRACE = 0x7b;
const NEWLINE = 0x0a;
/** So many bytes tell the formats apart. */
const HEAD_SIZE = 5;

/**
 * Reads the records of a summary: plain text, NDJSON as `bz2-record-stream --ndjson` prints it, or either compressed with
 * gzip; which of them, the first bytes tell.
 *
 * Memory holds a chunk and a record, of at most 16 MiB, however long the input is.
 *
 * @throws SummaryError for input of another kind, or that ends too early
 */
export async function* readSummary(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly SummaryRecord[]> {
  const [head, all] = await peek(bytes);
  const begins = (magic: readonly number[]) => magic.every((byte, index) => head[index] === byte);
  for (const { name, magic } of COMPRESSIONS) {
    if (begins(magic))
      throw new SummaryError(
        `the summary is compressed with ${name}, which is not read here; decompress it first, such as with \`bz2-record-stream --text\``,
      );
  }
  if (begins(GZIP)) yield* readSummary(gunzip(all));
  else if (head[0] === BRACE) yield* parseNdjson(splitLines(wholeLines(all)));
  else yield* splitRecords(all);
}

/** Writers end the last line when all is written, so one that was stopped leaves it open. */
async function* wholeLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last: number | undefined;
  for await (const chunk of bytes) {
    last = chunk.at(-1) ?? last;
    yield chunk;
  }
  if (last !== NEWLINE)
    throw new SummaryError("the NDJSON is not whole: an end of line was expected at its end");
}

/** Looks at the first bytes, and gives them back with the others behind them. */
async function peek(bytes: AsyncIterable<Uint8Array>): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < HEAD_SIZE) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return [head, all()];
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { createGunzip } = await import("node:zlib");
  // The error comes out of the iteration as well.
  const text = pipeline(bytes, createGunzip(), () => {});
  try {
    yield* text as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!code.startsWith("Z_")) throw error;
    throw new SummaryError(`the summary is not whole: its gzip data is wrong: ${message}`, { cause: error });
  }
}
