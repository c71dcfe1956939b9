import { MalformedRecordError } from "./errors.ts";
import { decodeText } from "./text.ts";

/** So much of a line that cannot be understood is shown. */
const SHOWN = 60;

/** A record of text: lines up to an empty one. */
export interface SummaryRecord {
  /** Its place in the stream; the first is 1. */
  readonly number: number;
  /** Where it starts, in bytes of the decompressed text. */
  readonly offset: number;
  /** Its text without the empty line that ends it. Valid until the next batch is asked for. */
  readonly bytes: Uint8Array;
  /**
   * Takes it apart as `VARIABLE=VALUE` lines: each variable's values, one for each line, in order.
   *
   * @throws MalformedRecordError for a line without `=`
   */
  fields(): ReadonlyMap<string, readonly string[]>;
}

/** Where a record is, in the stream and in the memory of its batch. */
interface TextRecordPlace {
  readonly number: number;
  readonly offset: number;
  readonly batch: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * A record over a part of a larger buffer. Its bytes are looked up only when they are asked for: a batch then consists of
 * small objects, of which few live long enough to be moved about by the garbage collector.
 */
export class TextRecord implements SummaryRecord {
  readonly number: number;
  readonly offset: number;
  readonly #batch: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor({ number, offset, batch, start, end }: TextRecordPlace) {
    this.number = number;
    this.offset = offset;
    this.#batch = batch;
    this.#start = start;
    this.#end = end;
  }

  get bytes(): Uint8Array {
    return this.#batch.subarray(this.#start, this.#end);
  }

  fields(): ReadonlyMap<string, readonly string[]> {
    const text = decodeText(this.bytes);
    const fields = new Map<string, string[]>();
    for (let start = 0; start < text.length;) {
      const newline = text.indexOf("\n", start);
      const end = newline < 0 ? text.length : newline;
      const line = text.slice(start, text[end - 1] === "\r" ? end - 1 : end);
      start = end + 1;
      const equals = line.indexOf("=");
      if (equals < 0) throw this.#malformed(line);
      const name = line.slice(0, equals);
      const values = fields.get(name);
      if (values === undefined) fields.set(name, [line.slice(equals + 1)]);
      else values.push(line.slice(equals + 1));
    }
    return fields;
  }

  #malformed(line: string): MalformedRecordError {
    const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line;
    const problem = `VARIABLE=VALUE was expected, found ${JSON.stringify(shown)}`;
    return new MalformedRecordError(problem, { recordNumber: this.number, textOffset: this.offset });
  }
}
