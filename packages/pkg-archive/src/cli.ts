import { readFile } from "node:fs/promises";
import { type Command, type CommandContext, UsageError } from "./commands/command.ts";
import { create } from "./commands/create.ts";
import { info } from "./commands/info.ts";
import { list } from "./commands/list.ts";
import { summary } from "./commands/summary.ts";
import { verify } from "./commands/verify.ts";

/** What the program can do. */
const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({ info, list, verify, create, summary }),
);

/**
 * Runs the program with its arguments, and yields what is to be printed.
 *
 * @throws UsageError out of the iteration for a command line that is not right, and what the command throws
 */
export async function* runCommand(args: readonly string[], context: CommandContext): AsyncGenerator<string> {
  const [name = "", ...rest] = args;
  const command = COMMANDS.get(name);
  if (command === undefined) yield await withoutCommand(name);
  else if (rest.some((argument) => argument === "--help" || argument === "-h")) yield helpFor(command);
  else yield* command.run(rest, context);
}

async function withoutCommand(name: string): Promise<string> {
  if (name === "--help" || name === "-h" || name === "help") return help();
  if (name === "--version") {
    const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
    return `${(JSON.parse(manifest) as { version: string }).version}\n`;
  }
  const found = name === "" ? "none" : JSON.stringify(name);
  throw new UsageError(`a command was expected, found ${found}: one of ${[...COMMANDS.keys()].join(", ")}`);
}

function help(): string {
  const commands = [...COMMANDS.values()].map(({ usage, about }) => `  ${usage}\n      ${about}\n`);
  return `Usage: pkg-archive COMMAND ...

Reads, checks and writes binary packages of pkgsrc.

${commands.join("")}
  --help, -h          this text; after a command, its options
  --version           the version

A FILE that is - is standard input. The status is 0 when all is well, 1 when something is wrong, 2 for a wrong command line.
`;
}

function helpFor({ usage, about, help: options }: Command): string {
  return `Usage: pkg-archive ${usage}\n\n${about[0]?.toUpperCase()}${about.slice(1)}.\n\n${options}`;
}
