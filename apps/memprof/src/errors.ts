/** A request that cannot be carried out as it was made; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "ERR_USAGE";
}

/** A file of the project's own, a configuration or baselines, that makes no sense; the message names it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "ERR_CONFIG";
}
