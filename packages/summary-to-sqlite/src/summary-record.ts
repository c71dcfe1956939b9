/** A record of a summary, such as `bz2-record-stream` yields it. */
export interface SummaryRecord {
  /** Its place in the stream; the first is 1. */
  readonly number: number;
  /** Where it starts, in bytes of the text. */
  readonly offset: number;
  /** Its lines, `VARIABLE=VALUE`, without the empty line that ends it. */
  readonly bytes: Uint8Array;
}
