import type { CatalogueVerb, PlainVerb, Verb } from "./cli.ts";
import { type Invocation, parseCommandLine, unknownOption, UsageError } from "./command-line/parse.ts";
import type { Setting } from "./context.ts";
import { Declined, FatalError } from "./fatal-error.ts";
import type { Output } from "./report/output.ts";

/** What a run needs of the process. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly output: Output;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/**
 * Runs one command line.
 *
 * @param argv without the names of node and the script
 * @returns the exit status
 */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const invocation = parseCommandLine(argv);
    surroundings.output.use(invocation.options);
    return await runInvocation(invocation, surroundings);
  } catch (error) {
    return tell(error, surroundings);
  }
}

/** Code is loaded when it is known to be needed: to start takes longer than most verbs do. */
async function runInvocation(invocation: Invocation, surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  if (invocation.instead === "version") {
    const { version } = await import("./version.ts");
    output.out(version());
    return 0;
  }
  if (invocation.instead === "usage") {
    const { usage } = await import("./usage.ts");
    output.out(usage());
    return 0;
  }
  const { findVerb, verbs } = await import("./cli.ts");
  const word = invocation.verb ?? "";
  const verb = findVerb(word);
  if (invocation.instead === "help") {
    const { help } = await import("./report/help.ts");
    output.out(help(verb));
    return 0;
  }
  if (verb === undefined) {
    const options = verbs.flatMap(({ name, hidden }) => (hidden === true ? [] : [name]));
    return tellUsage("", { word, options }, output);
  }
  return runVerb(verb, invocation, surroundings);
}

async function runVerb(verb: Verb, invocation: Invocation, surroundings: Surroundings): Promise<number> {
  const { openSetting } = await import("./open-setting.ts");
  const { options, given, args, strays } = invocation;
  // Who only asks has always taken anything for an argument; nothing is changed on a misunderstanding.
  const changesSomething = "loadPlain" in verb || verb.changes !== undefined || verb.removes === true;
  if (changesSomething && strays[0] !== undefined) throw unknownOption(strays[0]);
  if (options.json && verb.options?.includes("json") !== true) {
    throw new FatalError(`${verb.name} has no JSON form; see pkgin ${verb.name} --help`);
  }
  if (options.json && !options.dryRun && verb.options?.includes("dry-run") === true) {
    throw new FatalError(`${verb.name} --json shows a plan, and needs --dry-run`);
  }
  if (options.dryRun && verb.options?.includes("dry-run") !== true) {
    throw new FatalError(`${verb.name} has no plan to show; see pkgin ${verb.name} --help`);
  }
  const setting = openSetting({ command: [verb.name, ...args], options, given, ...surroundings });
  if (options.trace !== undefined) (await import("./report/trace.ts")).startTrace(options.trace);
  return "loadPlain" in verb ? runPlain(verb, setting, args) : runOnCatalogue(verb, setting, args);
}

async function runPlain(verb: PlainVerb, setting: Setting, args: readonly string[]): Promise<number> {
  const { expectArgument } = await import("./prepare.ts");
  expectArgument(verb, args);
  const command = await verb.loadPlain();
  return command(setting, args);
}

async function runOnCatalogue(
  verb: CatalogueVerb,
  setting: Setting,
  args: readonly string[],
): Promise<number> {
  const { openContext } = await import("./open-context.ts");
  const { prepare } = await import("./prepare.ts");
  const { canDoWithout } = await import("./can-do-without.ts");
  const opened = openContext(setting, { needsRepository: !canDoWithout(verb, args) });
  try {
    return await prepare(opened, { verb, args });
  } finally {
    opened.context.db.close();
  }
}

/** Tells the user why a run ended early. @returns the exit status */
async function tell(error: unknown, { output, signal }: Surroundings): Promise<number> {
  if ((error as NodeJS.ErrnoException).code === "EPIPE") throw error;
  if (error instanceof Declined) return 1;
  if (error instanceof UsageError) {
    const { optionRows } = await import("./command-line/option-table.ts");
    const options = optionRows.map(([name]) => name);
    const meant = error.unknown === undefined ? undefined : { word: error.unknown, options };
    return tellUsage(`pkgin: ${error.message}\n`, meant, output);
  }
  const reason = signal.aborted ? signal.reason : error;
  const message = reason instanceof Error ? reason.message : String(reason);
  if (!(reason instanceof FatalError)) {
    output.err(`pkgin: ${message}\n`);
    return 1;
  }
  output.err(`${reason.isBare ? "" : "pkgin: "}${message}\n`);
  if (reason.hint !== undefined && output.errorIsTerminal) output.err(`${reason.hint}\n`);
  return reason.exitCode;
}

/** Something that is not known, and what it might have been. */
interface Unknown {
  readonly word: string;
  readonly options: readonly string[];
}

/** Shows usage, and to a person what was perhaps meant. @returns the exit status */
async function tellUsage(message: string, unknown: Unknown | undefined, output: Output): Promise<number> {
  const { usage } = await import("./usage.ts");
  output.err(message + usage());
  if (unknown === undefined || !output.errorIsTerminal) return 1;
  const { suggest } = await import("./report/suggest.ts");
  const meant = suggest(unknown.word, unknown.options);
  output.err(meant === undefined ? "\nMore with pkgin --help.\n" : `\ndid you mean ${meant}?\n`);
  return 1;
}
