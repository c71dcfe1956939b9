import { type ParseArgsConfig, parseArgs } from "node:util";

/** A command of the program. */
export interface Command {
  readonly usage: string;
  readonly about: string;
  /** Lines of help for its options. */
  readonly help: string;
  /** Does it, and yields what is to be printed. */
  run(args: readonly string[], context: CommandContext): AsyncIterable<string>;
}

/** What a command is run with. */
export interface CommandContext {
  /** Ends what is being written; nothing of it stays. */
  readonly signal: AbortSignal;
  /** Tells of something that is wrong, so that the program fails in the end, but goes on with the rest. */
  complain(problem: string): void;
}

/** A command line that is not right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What follows the name of a command, taken apart. */
export interface CommandLine<T extends Options> {
  readonly values: ReturnType<typeof parseArgs<{ options: T }>>["values"];
  readonly operands: readonly string[];
}

/**
 * Takes apart what follows the name of a command.
 *
 * @throws UsageError for an unknown option
 */
export function parseCommandLine<T extends Options>(args: readonly string[], options: T): CommandLine<T> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, operands: positionals };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/**
 * The only operand of a command.
 *
 * @param name of the operand, for the error
 * @throws UsageError for none and for several
 */
export function onlyOperand(operands: readonly string[], name: string): string {
  const [operand] = operands;
  if (operand === undefined || operands.length > 1)
    throw new UsageError(`one ${name} was expected, found ${operands.length}`);
  return operand;
}
