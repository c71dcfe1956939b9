import { findVerb, type PlainVerb, type Verb, verbs } from "./cli.ts";
import { type Invocation, unknownOption } from "./command-line/parse.ts";
import type { Setting } from "./context.ts";
import { expectArgument } from "./expect-argument.ts";
import { FatalError } from "./fatal-error.ts";
import { openSetting } from "./open-setting.ts";
import type { Surroundings } from "./run.ts";

/** Finds the verb of a command line and runs it, or shows help on it. @returns the exit status */
export async function runVerb(invocation: Invocation, surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  const { instead, options, given, args, verb: word = "" } = invocation;
  const verb = findVerb(word);
  if (instead === "help") {
    const { help } = await import("./report/help.ts");
    output.out(help(verb));
    return 0;
  }
  if (verb === undefined) {
    const { tellUsage } = await import("./tell-usage.ts");
    const names = verbs.flatMap(({ name, hidden }) => (hidden === true ? [] : [name]));
    return tellUsage("", { word, options: names }, output);
  }
  expectFitting(verb, invocation);
  const setting = openSetting({ command: [verb.name, ...args], options, given, ...surroundings });
  if (options.trace !== undefined) (await import("./report/trace.ts")).startTrace(options.trace);
  if ("loadPlain" in verb) return runPlain(verb, setting, args);
  const { runOnCatalogue } = await import("./run-on-catalogue.ts");
  return runOnCatalogue(verb, setting, args);
}

/** @throws UsageError, FatalError for options that mean nothing to a verb, or that it cannot be given together */
function expectFitting(verb: Verb, { options, strays }: Invocation): void {
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
}

async function runPlain(verb: PlainVerb, setting: Setting, args: readonly string[]): Promise<number> {
  expectArgument(verb, args);
  const command = await verb.loadPlain();
  return command(setting, args);
}
