import type { Format } from "./detect.ts";

/** Where something went wrong, as far as it is known. */
export interface ErrorFacts {
  /** The compression, for what is wrong with the compressed bytes. */
  readonly format?: Format | undefined;
  /** How many compressed bytes stand before the place. */
  readonly compressedOffset?: number | undefined;
  /** The record that is wrong, the first being 1; or else how many whole records had come out. */
  readonly recordNumber?: number | undefined;
  /** Where that record starts, in bytes of text; or else how many bytes of text had come out. */
  readonly textOffset?: number | undefined;
  readonly cause?: unknown;
}

/** What this package throws; `code` tells the kinds apart, the facts tell the place. */
export abstract class RecordStreamError extends Error implements ErrorFacts {
  abstract readonly code: `ERR_BZ2_${string}`;
  readonly format: Format | undefined;
  readonly compressedOffset: number | undefined;
  readonly recordNumber: number | undefined;
  readonly textOffset: number | undefined;
  readonly #problem: string;

  constructor(problem: string, facts: ErrorFacts) {
    super(describe(problem, facts), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.name;
    this.format = facts.format;
    this.compressedOffset = facts.compressedOffset;
    this.recordNumber = facts.recordNumber;
    this.textOffset = facts.textOffset;
    this.#problem = problem;
  }

  /** The same error, with how far the records had come, and this one as its cause. */
  located(recordNumber: number, textOffset: number): RecordStreamError {
    const SameClass = this.constructor as new (problem: string, facts: ErrorFacts) => RecordStreamError;
    const { format, compressedOffset } = this;
    return new SameClass(this.#problem, { format, compressedOffset, recordNumber, textOffset, cause: this });
  }
}

/** A checksum or the compressed format is wrong. */
export class CorruptError extends RecordStreamError {
  readonly code = "ERR_BZ2_CORRUPT";
}

/** The compressed input ends before its end mark. */
export class TruncatedError extends RecordStreamError {
  readonly code = "ERR_BZ2_TRUNCATED";
}

/** Something follows the compressed input that does not belong to it. */
export class TrailingGarbageError extends RecordStreamError {
  readonly code = "ERR_BZ2_TRAILING_GARBAGE";
}

/** A compression that is recognised but not supported. */
export class UnsupportedFormatError extends RecordStreamError {
  readonly code = "ERR_BZ2_UNSUPPORTED_FORMAT";
}

/** More output, or a longer record, than was allowed. */
export class LimitError extends RecordStreamError {
  readonly code = "ERR_BZ2_LIMIT";
}

/** A record with a line that is not `VARIABLE=VALUE`. */
export class MalformedRecordError extends RecordStreamError {
  readonly code = "ERR_BZ2_MALFORMED_RECORD";
}

function describe(problem: string, facts: ErrorFacts): string {
  const { format, compressedOffset, recordNumber, textOffset } = facts;
  if (format === undefined) return `record ${recordNumber}, at byte ${textOffset} of the text: ${problem}`;
  const at = compressedOffset === undefined ? "" : ` at byte ${compressedOffset}`;
  const after =
    recordNumber === undefined ? "" : `, after ${recordNumber} whole records (${textOffset} bytes of text)`;
  return `${format} stream: ${problem}${at}${after}`;
}
