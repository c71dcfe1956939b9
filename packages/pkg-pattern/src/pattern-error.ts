/** A package pattern that cannot be understood. */
export class PatternError extends Error {
  override readonly name = "PatternError";
  readonly code = "ERR_PATTERN_MALFORMED";
  /** The pattern as it was given. */
  readonly pattern: string;

  constructor(pattern: string, reason: string) {
    super(`malformed pattern "${pattern}": ${reason}`);
    this.pattern = pattern;
  }
}
