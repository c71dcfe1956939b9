/** The compressed formats that are known, by their first bytes. */
export type Format = "bzip2" | "gzip" | "xz" | "zstd" | "plain";

/** Facts about where a stream went wrong. */
export interface DecompressErrorFacts {
  readonly format: Format;
  /** How many compressed bytes had been taken in, if known. */
  readonly compressedOffset?: number | undefined;
  /** How many whole records had come out before; 0 outside of `records()`. */
  readonly recordNumber?: number;
  /** How many bytes of text had come out before; 0 outside of `records()`. */
  readonly textOffset?: number;
  readonly cause?: unknown;
}

export type DecompressErrorCode =
  | "ERR_BZ2_CORRUPT"
  | "ERR_BZ2_TRUNCATED"
  | "ERR_BZ2_TRAILING_GARBAGE"
  | "ERR_BZ2_UNSUPPORTED"
  | "ERR_BZ2_LIMIT";

/**
 * A compressed stream that cannot be read to its end.
 *
 * `code` tells the kinds apart: damage, an end that comes too early, bytes after the end, a format that is not supported,
 * a limit that was passed.
 */
export class DecompressError extends Error implements DecompressErrorFacts {
  override readonly name = "DecompressError";
  readonly code: DecompressErrorCode;
  readonly format: Format;
  readonly compressedOffset: number | undefined;
  readonly recordNumber: number;
  readonly textOffset: number;
  readonly #problem: string;

  constructor(code: DecompressErrorCode, problem: string, facts: DecompressErrorFacts) {
    const { format, compressedOffset, recordNumber = 0, textOffset = 0 } = facts;
    const at = compressedOffset === undefined ? "" : ` at byte ${compressedOffset}`;
    const after = textOffset > 0 ? `, after ${recordNumber} whole records (${textOffset} bytes of text)` : "";
    super(`${format} stream: ${problem}${at}${after}`, { cause: facts.cause });
    this.code = code;
    this.format = format;
    this.compressedOffset = compressedOffset;
    this.recordNumber = recordNumber;
    this.textOffset = textOffset;
    this.#problem = problem;
  }

  /** The same error, with how far the records had come. */
  located(recordNumber: number, textOffset: number): DecompressError {
    const { format, compressedOffset } = this;
    return new DecompressError(this.code, this.#problem, {
      format,
      compressedOffset,
      recordNumber,
      textOffset,
      cause: this,
    });
  }
}
