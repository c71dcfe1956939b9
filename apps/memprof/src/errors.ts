/** A request that cannot be carried out as it was made; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "ERR_USAGE";
}
