import { parseArgs } from "node:util";
import { defaultOptions, type Options } from "../options.ts";
import { optionNamed, optionRows } from "./option-table.ts";
import { BadValue } from "./values.ts";

/** A command line, taken apart. */
export interface Invocation {
  readonly options: Options;
  /** Long names of the options that were given. */
  readonly given: ReadonlySet<string>;
  /** What was asked for in place of a verb's work: the short usage is what scripts know. */
  readonly instead: "usage" | "help" | "version" | undefined;
  readonly verb: string | undefined;
  readonly args: readonly string[];
  /** Those of the arguments that look like long options, and are none. */
  readonly strays: readonly string[];
}

/** A command line that cannot be understood; usage is shown after its message, or alone where there is none. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What was given and is no option, without its dashes. */
  readonly unknown: string | undefined;

  constructor(message: string, unknown?: string) {
    super(message);
    this.unknown = unknown;
  }
}

/** The error of an option that there is not. */
export function unknownOption(name: string): UsageError {
  return new UsageError(`unknown option -- ${name}`, name);
}

type Declaration = { type: "boolean" | "string"; short?: string };

const DECLARED: Readonly<Record<string, Declaration>> = Object.fromEntries([
  ["help", { type: "boolean", short: "h" }],
  ["version", { type: "boolean", short: "v" }],
  ...optionRows.map(([name, { short, value, isValueOptional }]): [string, Declaration] => [
    name,
    {
      type: value === undefined || isValueOptional === true ? "boolean" : "string",
      ...(short !== undefined && { short }),
    },
  ]),
]);

/**
 * Takes a command line apart.
 *
 * Options end at the verb: `search -y` searches for "-y". Only long options are still understood after it, since
 * nothing that a verb takes begins with two dashes; `--` ends those too.
 *
 * @throws UsageError for an option that there is not, or one without its argument, or a value that it cannot have
 */
export function parseCommandLine(argv: readonly string[]): Invocation {
  const verbAt = firstPositional(argv);
  const before = tokensOf(argv.slice(0, verbAt));
  const after = argv.slice(verbAt + 1);
  const long = tokensOf(after).filter(isLong);
  const longAfter = long.filter(isKnown);
  const strays = long.filter((token) => !isKnown(token)).map(({ name }) => name);

  const options = defaultOptions();
  const given = new Set<string>();
  let instead: Invocation["instead"];
  for (const token of [...before, ...longAfter]) {
    if (token.kind !== "option") continue;
    // These take effect at once: what stands behind them is not even looked at.
    instead = insteadOf(token);
    if (instead !== undefined) break;
    apply(options, token);
    given.add(token.name);
  }

  const consumed = new Set(longAfter.flatMap((token) => indicesOf(token)));
  const args = after.filter((_, index) => !consumed.has(index));
  const terminator = args.indexOf("--");
  if (terminator >= 0) args.splice(terminator, 1);
  return { options, given, instead, verb: argv[verbAt], args, strays };
}

type Token = ReturnType<typeof tokensOf>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

function tokensOf(args: readonly string[]) {
  const parsed = parseArgs({
    args: [...args],
    options: DECLARED,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return parsed.tokens;
}

/** Where the verb stands, or the end of the command line. A leading `--` is stepped over. */
function firstPositional(argv: readonly string[]): number {
  return tokensOf(argv).find((token) => token.kind === "positional")?.index ?? argv.length;
}

function isLong(token: Token): token is OptionToken {
  return token.kind === "option" && token.rawName.startsWith("--");
}

function isKnown({ name }: OptionToken): boolean {
  return Object.hasOwn(DECLARED, name);
}

function insteadOf({ name, rawName }: OptionToken): Invocation["instead"] {
  if (name === "version") return "version";
  if (name !== "help") return undefined;
  return rawName === "-h" ? "usage" : "help";
}

function apply(options: Options, { name, rawName, value }: OptionToken): void {
  const row = optionNamed(name);
  if (row === undefined) throw unknownOption(name);
  if (row.value !== undefined && row.isValueOptional !== true && value === undefined) {
    throw new UsageError(`option requires an argument -- ${rawName.replace(/^-+/, "")}`);
  }
  try {
    row.set(options, value ?? "");
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    throw new UsageError(`${rawName}: ${error.message}`);
  }
}

/** The places in the argument list that an option and its value take. */
function indicesOf(token: OptionToken): number[] {
  return token.value !== undefined && !token.inlineValue ? [token.index, token.index + 1] : [token.index];
}
