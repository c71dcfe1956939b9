export type RecordErrorCode = "ERR_RECORD_MALFORMED" | "ERR_RECORD_TOO_LONG";

/** A record that is not made as it should be. */
export class RecordError extends Error {
  override readonly name = "RecordError";
  readonly code: RecordErrorCode;
  /** Which record of the stream, the first is 1. */
  readonly recordNumber: number;
  /** Where the record starts, in bytes of text. */
  readonly textOffset: number;

  constructor(code: RecordErrorCode, problem: string, recordNumber: number, textOffset: number) {
    super(`record ${recordNumber}, at byte ${textOffset} of the text: ${problem}`);
    this.code = code;
    this.recordNumber = recordNumber;
    this.textOffset = textOffset;
  }
}
