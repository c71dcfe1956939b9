import { checkBytes } from "./check-bytes.ts";
import { LimitError, RecordStreamError } from "./errors.ts";
import { type SummaryRecord, TextRecord } from "./summary-record.ts";

/** How text is cut into records. */
export interface RecordsOptions {
  /** The most bytes that one record may have. Default: 16 MiB. */
  readonly maxRecordSize?: number;
  /** What ends a record: an empty line, or every end of a line. Default: `empty-line`. */
  readonly separator?: "empty-line" | "line";
}

const DEFAULT_MAX_RECORD_SIZE = 16 * 1024 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Cuts text into records that end at an empty line, or into its lines, and yields those of each chunk as a batch.
 *
 * Lines may end in CR LF, several empty lines count as one, no record is empty, and the last record needs none. The records'
 * bytes are valid until the next batch is asked for. Memory holds one chunk and one record, however long the stream is.
 *
 * @param bytes decompressed text, such as `decompress()` yields
 * @throws LimitError for a record that is too long; TypeError for chunks that are not bytes; what the input throws, if it is a RecordStreamError with how far it came
 */
export async function* records(
  bytes: AsyncIterable<Uint8Array>,
  options: RecordsOptions = {},
): AsyncGenerator<readonly SummaryRecord[]> {
  const splitter = new Splitter(options);
  try {
    for await (const chunk of bytes) {
      checkBytes(chunk);
      const batch = splitter.push(chunk);
      if (batch.length > 0) yield batch;
    }
  } catch (error) {
    const isOfInput = error instanceof RecordStreamError && error.format !== undefined;
    throw isOfInput ? error.located(splitter.count, splitter.textLength) : error;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}

class Splitter {
  /** Whole records so far. */
  count = 0;
  readonly #maxRecordSize: number;
  readonly #isOfLines: boolean;
  /** The text of the last batch, and a record that has begun; used again for the next batch. */
  #memory: Buffer = Buffer.alloc(0);
  /** The part of the memory that has the record which has begun. */
  #start = 0;
  #end = 0;
  /** Where that record starts in the text. */
  #offset = 0;

  constructor({ maxRecordSize = DEFAULT_MAX_RECORD_SIZE, separator = "empty-line" }: RecordsOptions) {
    this.#maxRecordSize = maxRecordSize;
    this.#isOfLines = separator === "line";
  }

  /** Bytes of text so far. */
  get textLength(): number {
    return this.#offset + this.#end - this.#start;
  }

  push(chunk: Uint8Array): TextRecord[] {
    // The part that was there before holds no separator, except one that ends in the new part.
    let searchFrom = Math.max(0, this.#end - this.#start - 3);
    const text = this.#join(chunk);
    const findEnd = this.#isOfLines ? lineEnds(text) : recordEnds(text, searchFrom);
    const batch: TextRecord[] = [];
    let start = skipEmptyLines(text, 0);
    for (;;) {
      const end = findEnd(Math.max(start, searchFrom));
      if (end === Infinity) break;
      batch.push(this.#record(text, start, end));
      start = skipEmptyLines(text, end);
      searchFrom = start;
    }
    this.#offset += start;
    this.#start = start;
    this.#check(text.length - start, 0);
    return batch;
  }

  end(): TextRecord[] {
    const text = this.#memory.subarray(this.#start, this.#end);
    const end = text.at(-1) === NEWLINE ? text.length - 1 : text.length;
    const isEmpty = end === 0 || (end === 1 && text[0] === RETURN);
    return isEmpty ? [] : [this.#record(text, 0, end)];
  }

  /** Puts a chunk behind the record that has begun. */
  #join(chunk: Uint8Array): Buffer {
    const begun = this.#end - this.#start;
    const length = begun + chunk.length;
    const before = this.#memory;
    if (length > before.length) this.#memory = Buffer.allocUnsafeSlow(Math.ceil(1.5 * length));
    before.copy(this.#memory, 0, this.#start, this.#end);
    this.#memory.set(chunk, begun);
    this.#start = 0;
    this.#end = length;
    return this.#memory.subarray(0, length);
  }

  /** @param newline where its last line ends */
  #record(text: Buffer, start: number, newline: number): TextRecord {
    this.#check(newline - start, start);
    this.count += 1;
    const end = text[newline - 1] === RETURN ? newline - 1 : newline;
    return new TextRecord({ number: this.count, offset: this.#offset + start, batch: text, start, end });
  }

  #check(size: number, start: number): void {
    if (size <= this.#maxRecordSize) return;
    const separator = this.#isOfLines ? "end of a line" : "empty line";
    const problem = `at most ${this.#maxRecordSize} bytes were expected, and no ${separator} has come after ${size}`;
    throw new LimitError(problem, { recordNumber: this.count + 1, textOffset: this.#offset + start });
  }
}

/** Tells where the line ends that a place is in. */
function lineEnds(text: Buffer): (from: number) => number {
  return (from) => find(text, "\n", from);
}

/**
 * Tells where the last line of the record ends that a place is in: at the newline before the next empty line. What was found
 * once is not searched for again, so that each byte is looked at once however large the text is.
 */
function recordEnds(text: Buffer, start: number): (from: number) => number {
  let plain = -1;
  let withReturn = text.includes(RETURN, start) ? -1 : Infinity;
  return (from) => {
    if (plain < from) plain = find(text, "\n\n", from);
    if (withReturn < from) withReturn = find(text, "\n\r\n", from);
    return Math.min(plain, withReturn);
  };
}

/** The next place where something stands, or infinity. */
function find(text: Buffer, wanted: string, from: number): number {
  const place = text.indexOf(wanted, from, "latin1");
  return place < 0 ? Infinity : place;
}

function skipEmptyLines(text: Buffer, from: number): number {
  let position = from;
  for (;;) {
    if (text[position] === NEWLINE) position += 1;
    else if (text[position] === RETURN && text[position + 1] === NEWLINE) position += 2;
    else return position;
  }
}
