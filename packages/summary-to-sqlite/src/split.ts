import { SummaryError } from "./errors.ts";
import type { SummaryRecord } from "./summary-record.ts";

/** The most bytes of one record. */
const MAX_SIZE = 16 * 1024 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Cuts text into records at empty lines; a chunk's records are a batch. */
export async function* splitRecords(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly SummaryRecord[]> {
  let number = 0;
  for await (const pieces of split(bytes, recordEnds)) {
    const batch = pieces
      .map(trim)
      .filter((record) => record.bytes.length > 0)
      .map((record) => ({ number: ++number, ...record }));
    if (batch.length > 0) yield batch;
  }
}

/** Cuts text into lines; a chunk's lines are a batch. */
export function splitLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Piece[]> {
  return split(bytes, (text) => (from) => text.indexOf(NEWLINE, from) + 1);
}

/** A part of the text. */
export interface Piece {
  /** Where it starts in the text. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** @param ends tells of a text where the piece ends that goes on at `from`, 0 if it does not end there */
async function* split(
  bytes: AsyncIterable<Uint8Array>,
  ends: (text: Buffer) => (from: number) => number,
): AsyncGenerator<readonly Piece[]> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const chunk of bytes) {
    const text = Buffer.concat([rest, chunk]);
    const pieces: Piece[] = [];
    const end = ends(text);
    let start = 0;
    // What is left over ends at the earliest with the new chunk, but its separator may have begun.
    for (let stop = end(Math.max(0, rest.length - 2)); stop > 0; stop = end(start)) {
      pieces.push({ offset: offset + start, bytes: text.subarray(start, stop) });
      start = stop;
    }
    if (pieces.length > 0) yield pieces;
    rest = text.subarray(start);
    offset += start;
    if (rest.length > MAX_SIZE)
      throw new SummaryError(
        `a record of at most ${MAX_SIZE} bytes was expected at byte ${offset} of the text, found no end of it`,
      );
  }
  if (rest.length > 0) yield [{ offset, bytes: rest }];
}

/** Behind the next empty line. What was found once is not searched for again, so that each byte is looked at once. */
function recordEnds(text: Buffer): (from: number) => number {
  let plain = 0;
  let withReturn = text.includes(RETURN) ? 0 : Infinity;
  const search = (line: string, found: number, from: number) => {
    if (found - line.length >= from) return found;
    const start = text.indexOf(line, from, "latin1");
    return start < 0 ? Infinity : start + line.length;
  };
  return (from) => {
    plain = search("\n\n", plain, from);
    withReturn = search("\n\r\n", withReturn, from);
    const next = Math.min(plain, withReturn);
    return next === Infinity ? 0 : next;
  };
}

/** Takes line ends off both sides. */
function trim({ bytes: text, offset }: Piece): Piece {
  let [start, end] = [0, text.length];
  while (start < end && isLineEnd(text[start])) start += 1;
  while (end > start && isLineEnd(text[end - 1])) end -= 1;
  return { offset: offset + start, bytes: text.subarray(start, end) };
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === RETURN;
}
