/**
 * The end of a run for a reason that the user is told: printed as `pkgin: MESSAGE` on standard error.
 *
 * The message is printed as it is, so one that ends in a newline is followed by an empty line, as some of pkgin's are.
 */
export class FatalError extends Error {
  readonly exitCode: number;
  /** What a person may do about it, shown on a terminal only, since scripts know the message alone. */
  readonly hint: string | undefined;
  /** Printed without `pkgin: ` before it, as some of pkgin's messages are. */
  readonly isBare: boolean;

  constructor(
    message: string,
    options?: { cause?: unknown; exitCode?: number; hint?: string; isBare?: boolean },
  ) {
    super(message, options);
    this.name = "FatalError";
    this.exitCode = options?.exitCode ?? 1;
    this.hint = options?.hint;
    this.isBare = options?.isBare ?? false;
  }
}

/** The end of a run because the user said no to a question; nothing more is said. */
export class Declined extends Error {
  override readonly name = "Declined";
}
