import { parseArgs } from "node:util";
import type { Answers } from "./report/prompt.ts";

/** What the command line asks for, before any verb has looked at its arguments. */
export interface Options {
  /** `-n` prints one name a line and answers no; `-y` answers yes; the last one given wins. */
  answers: Answers;
  /** `-d`: download only. */
  downloadOnly: boolean;
  /** `-f`: read local and remote summaries anew. */
  force: boolean;
  /** `-l`: the sign that `list` shows, one of `=`, `<`, `>`. */
  limit: string | undefined;
  /** `-p`: fields separated by `;`, and no progress bars. */
  parsable: boolean;
  /** `-P`: show-deps prints versions instead of patterns. */
  versions: boolean;
  /** `-V`: the output of tools and scripts goes to the terminal rather than the log. */
  verbose: boolean;
  /** `-c`: a directory to change the root to. */
  chroot: string | undefined;
  /** `-t`: a file for a trace of the dependency calculation. */
  trace: string | undefined;
  /** `-4` or `-6`. */
  family: 4 | 6 | undefined;
  /** `--prefix`: everything that pkgin reads and writes lives below this directory. */
  prefix: string | undefined;
  /** `--backend`: what installs packages; by default the tools where they are there. */
  backend: "native" | "tools" | undefined;
  /** `--wait[=SECONDS]`: how long another pkgin is waited for; without a number, as long as it takes. */
  wait: number;
  /** `--jobs`: how many packages are downloaded at once. */
  jobs: number;
  /** `--protect-kept`: what removes a package that the user keeps, beyond those that were named, is refused. */
  protectKept: boolean;
}

/** A command line, taken apart. */
export interface Invocation {
  readonly options: Options;
  /** What was asked for in place of a verb's work. */
  readonly instead: "help" | "version" | undefined;
  readonly verb: string | undefined;
  readonly args: readonly string[];
}

/** A command line that cannot be understood; usage is shown after its message, or alone where there is none. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const DECLARED = {
  "ipv4-only": { type: "boolean", short: "4" },
  "ipv6-only": { type: "boolean", short: "6" },
  chroot: { type: "string", short: "c" },
  "download-only": { type: "boolean", short: "d" },
  force: { type: "boolean", short: "f" },
  fresh: { type: "boolean", short: "F" },
  help: { type: "boolean", short: "h" },
  limit: { type: "string", short: "l" },
  no: { type: "boolean", short: "n" },
  parsable: { type: "boolean", short: "p" },
  versions: { type: "boolean", short: "P" },
  trace: { type: "string", short: "t" },
  version: { type: "boolean", short: "v" },
  verbose: { type: "boolean", short: "V" },
  yes: { type: "boolean", short: "y" },
  prefix: { type: "string" },
  backend: { type: "string" },
  wait: { type: "boolean" },
  jobs: { type: "string" },
  "protect-kept": { type: "boolean" },
} as const;

type OptionName = keyof typeof DECLARED;

/**
 * Takes a command line apart.
 *
 * Options end at the verb: `search -y` searches for "-y". Only long options are still understood after it, since
 * nothing that a verb takes begins with two dashes; `--` ends those too.
 *
 * @throws UsageError for an option that there is not, or one without its argument
 */
export function parseCommandLine(argv: readonly string[]): Invocation {
  const verbAt = firstPositional(argv);
  const before = tokensOf(argv.slice(0, verbAt));
  const after = argv.slice(verbAt + 1);
  const longAfter = tokensOf(after).filter(isKnownLong);

  const options: Options = {
    answers: "ask",
    downloadOnly: false,
    force: false,
    limit: undefined,
    parsable: false,
    versions: false,
    verbose: false,
    chroot: undefined,
    trace: undefined,
    family: undefined,
    prefix: undefined,
    backend: undefined,
    wait: 0,
    jobs: 4,
    protectKept: false,
  };
  let instead: Invocation["instead"];
  for (const token of [...before, ...longAfter]) {
    if (token.kind !== "option") continue;
    const name = knownName(token);
    const value = argumentOf(token, name);
    if (name === "help" || name === "version") {
      // Takes effect at once: what stands behind it is not even looked at.
      instead = name;
      break;
    }
    apply(options, name, value);
  }

  const consumed = new Set(longAfter.flatMap((token) => indicesOf(token)));
  const args = after.filter((_, index) => !consumed.has(index));
  const terminator = args.indexOf("--");
  if (terminator >= 0) args.splice(terminator, 1);
  return { options, instead, verb: argv[verbAt], args };
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

function isKnownLong(token: Token): token is OptionToken {
  return token.kind === "option" && token.rawName.startsWith("--") && token.name in DECLARED;
}

function knownName(token: OptionToken): OptionName {
  if (!(token.name in DECLARED)) throw new UsageError(`unknown option -- ${token.name}`);
  return token.name as OptionName;
}

function argumentOf(token: OptionToken, name: OptionName): string {
  if (DECLARED[name].type === "string" && token.value === undefined) {
    throw new UsageError(`option requires an argument -- ${token.rawName.replace(/^-+/, "")}`);
  }
  return token.value ?? "";
}

/** The places in the argument list that an option and its value take. */
function indicesOf(token: OptionToken): number[] {
  return token.value !== undefined && !token.inlineValue ? [token.index, token.index + 1] : [token.index];
}

function apply(options: Options, name: Exclude<OptionName, "help" | "version">, value: string): void {
  switch (name) {
    case "ipv4-only":
      options.family = 4;
      break;
    case "ipv6-only":
      options.family = 6;
      break;
    case "download-only":
      options.downloadOnly = true;
      break;
    case "limit":
      options.limit = value.charAt(0);
      break;
    case "no":
    case "yes":
      options.answers = name;
      break;
    case "fresh":
      // Once meant a fresh calculation; accepted for old scripts, without effect.
      break;
    case "chroot":
    case "trace":
    case "prefix":
      options[name] = value;
      break;
    case "backend":
      options.backend = backendNamed(value);
      break;
    case "wait":
      options.wait = value === "" ? Number.POSITIVE_INFINITY : wholeNumber(name, value, 0);
      break;
    case "jobs":
      options.jobs = wholeNumber(name, value, 1);
      break;
    case "protect-kept":
      options.protectKept = true;
      break;
    default:
      options[name] = true;
  }
}

function backendNamed(value: string): "native" | "tools" {
  if (value === "native" || value === "tools") return value;
  throw new UsageError(`--backend: native or tools was expected, found ${JSON.stringify(value)}`);
}

function wholeNumber(name: OptionName, value: string, least: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least) return number;
  throw new UsageError(
    `--${name}: a whole number from ${least} on was expected, found ${JSON.stringify(value)}`,
  );
}
