import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** An option: what `parseArgs` of node:util needs, and what `--help` says about it. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What the value is called, where there is one. */
  readonly value?: string;
  readonly help: string;
}

/** Options by their long names. */
export type Options = Readonly<Record<string, Option>>;

type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

/** The values of such options. */
export type Values<O extends Options> = Parsed<O>["values"];

/** @throws UsageError where an option is not one of these, or lacks its value */
export function readOptions<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [, typed] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
    if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION" || typed === undefined) {
      throw new UsageError(
        message
          .split("\n", 1)[0]
          ?.replace(/^Option '(.*) <value>' argument missing$/, "$1: expected a value, found none")
          .replace(/^Option '(.*)' does/, "$1 does"),
        { cause: error },
      );
    }
    const near = nearest(
      typed,
      Object.keys(options).map((name) => `--${name}`),
    );
    throw new UsageError(`${typed}: no such option${near === undefined ? "" : `; did you mean ${near}?`}`, {
      cause: error,
    });
  }
}

/** @throws UsageError where there are values, or options, that are none of these options' */
export function readOptionsOnly<const O extends Options>(args: readonly string[], options: O): Values<O> {
  const { values, positionals } = readOptions(args, options);
  if (positionals.length > 0) {
    throw new UsageError(`no argument was expected, found ${positionals.join(" ")}`);
  }
  return values;
}

/**
 * Parts memprof's own arguments from the command: what stands before `--`, or before the command where there is none.
 */
export function splitCommand(
  args: readonly string[],
  options: Options,
): { own: readonly string[]; command: readonly string[] } {
  const valued = Object.entries(options).flatMap(([name, { type, short }]) =>
    type === "boolean" ? [] : [`--${name}`, ...(short === undefined ? [] : [`-${short}`])],
  );
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return { own: args.slice(0, at), command: args.slice(at + 1) };
    if (!arg.startsWith("-")) return { own: args.slice(0, at), command: args.slice(at) };
    if (valued.includes(arg)) at++;
  }
  return { own: args, command: [] };
}

/** Reads a whole number. @throws UsageError where it is none or below `least` */
export function readCount(option: string, text: string | undefined, least = 1): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`${option}: expected a whole number from ${least}, found ${text}`);
}

/** Reads seconds, as milliseconds. @throws UsageError where it is no number above 0 */
export function readSeconds(option: string, text: string | undefined, fallback: number): number {
  const seconds = Number(text ?? fallback);
  if (seconds > 0 && seconds < 1e6) return seconds * 1000;
  throw new UsageError(`${option}: expected seconds, found ${text}`);
}

/** Reads one of some names. @throws UsageError where it is none of them */
export function readName<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const near = nearest(text, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(`${option}: expected one of ${names.join(", ")}, found ${text}${hint}`);
}

/** Reads a regular expression. @throws UsageError where it is none */
export function readExpression(option: string, text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`, { cause: error });
  }
}
