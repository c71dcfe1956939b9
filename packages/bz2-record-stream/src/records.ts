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
 * Lines may end in CR LF, several empty lines count as one, no record is empty, and the last record needs none. The records' bytes are valid
 * until the next batch is asked for. Memory holds one chunk and one record, however long the stream is.
 *
 * @param bytes decompressed text, such as `decompress()` yields
 * @throws LimitError for a record that is too long; what the input throws, if it is a RecordStreamError with how far it came
 */
export async function* records(
  bytes: AsyncIterable<Uint8Array>,
  options: RecordsOptions = {},
): AsyncGenerator<readonly SummaryRecord[]> {
  const splitter = new Splitter(options);
  try {
    for await (const chunk of bytes) {
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
    const hasReturns = text.includes(RETURN, searchFrom);
    const batch: TextRecord[] = [];
    let start = skipEmptyLines(text, 0);
    for (;;) {
      const from = Math.max(start, searchFrom);
      const end = this.#isOfLines ? text.indexOf(NEWLINE, from) : findEmptyLine(text, from, hasReturns);
      if (end < 0) break;
      batch.push(this.#record(text, start, end));
      start = skipEmptyLines(text, end);
      searchFrom = start;
    }
    this.#offset += start;
    this.#start = start;
    this.#check(text.length - start);
    return batch;
  }

  end(): TextRecord[] {
    const text = this.#memory.subarray(this.#start, this.#end);
    let end = text.length;
    while (end > 0 && (text[end - 1] === NEWLINE || text[end - 1] === RETURN)) end -= 1;
    return end > 0 ? [this.#record(text, 0, end)] : [];
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

  #record(text: Buffer, start: number, end: number): TextRecord {
    this.#check(end - start);
    this.count += 1;
    return new TextRecord(this.count, this.#offset + start, text.subarray(start, end));
  }

  #check(size: number): void {
    if (size <= this.#maxRecordSize) return;
    const separator = this.#isOfLines ? "end of a line" : "empty line";
    const problem = `at most ${this.#maxRecordSize} bytes were expected, and no ${separator} has come after ${size}`;
    throw new LimitError(problem, { recordNumber: this.count + 1, textOffset: this.#offset });
  }
}

/** Finds where a record's last line ends: at the newline before the next empty line, or -1. */
function findEmptyLine(text: Buffer, from: number, hasReturns: boolean): number {
  const plain = text.indexOf("\n\n", from, "latin1");
  if (!hasReturns) return plain;
  const withReturn = text.indexOf("\n\r\n", from, "latin1");
  return withReturn >= 0 && (plain < 0 || withReturn < plain) ? withReturn : plain;
}

function skipEmptyLines(text: Buffer, from: number): number {
  let position = from;
  for (;;) {
    if (text[position] === NEWLINE) position += 1;
    else if (text[position] === RETURN && text[position + 1] === NEWLINE) position += 2;
    else return position;
  }
}
