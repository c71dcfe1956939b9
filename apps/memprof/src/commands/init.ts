import { readFile, writeFile } from "node:fs/promises";
import { CONFIG_FILE } from "../config.ts";
import { UsageError } from "../errors.ts";
import { readOptions, splitCommand } from "../options.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

/** `memprof init`: writes a configuration to start from; one that is there stays as it is. */
export const initVerb: VerbBody = { options: {}, run: runInit };

async function runInit({ args, report }: VerbContext): Promise<Outcome> {
  const { own, command: given } = splitCommand(args, {});
  readOptions(own, {});
  const command = given.length > 0 ? given : await ownCommand();
  const config = {
    commands: { main: { command, metric: "brk", repeats: 3, budgets: { total: "64 MiB", growth: "10%" } } },
    baseline: "memprof.baseline.json",
  };
  try {
    await writeFile(CONFIG_FILE, `${JSON.stringify(config, null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new UsageError(`${CONFIG_FILE} is there already; it was left as it is`);
  }
  await report.print([`wrote ${CONFIG_FILE}: change its command and budgets, then run memprof check\n`]);
  return { status: 0 };
}

/** The program of the package in this directory, where there is one. */
async function ownCommand(): Promise<string[]> {
  try {
    const { bin, main } = JSON.parse(await readFile("package.json", "utf8")) as {
      bin?: string | Record<string, string>;
      main?: string;
    };
    const program = typeof bin === "string" ? bin : (Object.values(bin ?? {})[0] ?? main);
    if (program !== undefined) return ["node", program];
  } catch {
    // Without a package, or one that can be read, there is only an example to give.
  }
  return ["node", "-e", "0"];
}
