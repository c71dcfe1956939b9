import { readFile } from "node:fs/promises";
import { UsageError } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { splitCommand } from "./options.ts";
import type { Report } from "./report/report.ts";
import { usageOf, usageOfVerb } from "./usage.ts";
import type { Outcome, Verb } from "./verb.ts";

/** Every verb; usage and dispatch are made from it. */
const VERBS: readonly Verb[] = [
  {
    name: "run",
    usage: "[options] -- COMMAND [ARGUMENT...]",
    help: "record a command and show at once what was seen",
    load: async () => (await import("./commands/run.ts")).runVerb,
  },
  {
    name: "record",
    usage: "[options] -- COMMAND [ARGUMENT...]",
    help: "run a command under a tracer, or watch a process, and keep what was seen",
    load: async () => (await import("./commands/record.ts")).recordVerb,
  },
  {
    name: "report",
    usage: "FILE [options]",
    help: "show a recording or trace: sizes, totals, the frames that grew the heap most",
    load: async () => (await import("./commands/report.ts")).reportVerb,
  },
  {
    name: "diff",
    usage: "BEFORE AFTER [options]",
    help: "tell how two recordings or traces differ",
    load: async () => (await import("./commands/diff.ts")).diffVerb,
  },
  {
    name: "check",
    usage: "[NAME...] [options], or [options] -- COMMAND [ARGUMENT...]",
    help: "run commands and compare with budgets; the status is 3 where one is exceeded",
    load: async () => (await import("./commands/check.ts")).checkVerb,
  },
  {
    name: "view",
    usage: "FILE, or BEFORE AFTER [options]",
    help: "show recordings or traces in a browser",
    load: async () => (await import("./commands/view.ts")).viewVerb,
  },
  {
    name: "top",
    usage: "[options] -- COMMAND [ARGUMENT...]",
    help: "show heap, resident memory and the hottest frames while a command runs",
    load: async () => (await import("./commands/top.ts")).topVerb,
  },
  {
    name: "convert",
    usage: "FILE [options]",
    help: "turn a recording, or a trace of another tool, into another format",
    load: async () => (await import("./commands/convert.ts")).convertVerb,
  },
  {
    name: "push",
    usage: "URL FILE [options]",
    help: "send a recording or trace to a store of profiles (Pyroscope's ingest)",
    load: async () => (await import("./commands/push.ts")).pushVerb,
  },
  {
    name: "init",
    usage: "[-- COMMAND [ARGUMENT...]]",
    help: "write a memprof.config.json to start from",
    load: async () => (await import("./commands/init.ts")).initVerb,
  },
  {
    name: "scripts",
    usage: "[NAME]",
    help: "list the scripts for tracers that can be run by hand, or print one",
    load: async () => (await import("./commands/scripts.ts")).scriptsVerb,
  },
  {
    name: "doctor",
    usage: "",
    help: "tell which tracers work here, and what would make the others work",
    load: async () => (await import("./commands/doctor.ts")).doctorVerb,
  },
];

const HELP: ReadonlySet<string | undefined> = new Set(["--help", "-h", "help"]);

/**
 * Runs what the arguments ask for.
 *
 * @throws UsageError where they make no sense
 */
export async function runCli(args: readonly string[], report: Report): Promise<Outcome> {
  const print = async (text: string): Promise<Outcome> => {
    await report.print([text]);
    return { status: 0 };
  };
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError("a verb was expected, found none; see memprof --help");
  if (name === "--version") return print(`${await version()}\n`);
  // `memprof help VERB` is `memprof VERB --help`.
  if (HELP.has(name) && rest.length > 0) return runCli([...rest.slice(0, 1), "--help"], report);
  if (HELP.has(name)) return print(usageOf(VERBS));
  const verb = VERBS.find((one) => one.name === name);
  if (verb === undefined) throw noSuchVerb(name);
  const { options, run } = await verb.load();
  // What follows the command's name is the command's.
  const { own } = splitCommand(rest, options);
  if (own.includes("--help") || own.includes("-h")) return print(usageOfVerb(verb, options, report.columns));
  try {
    return await run({ args: rest, report });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}; see memprof ${name} --help`, { cause: error });
  }
}

async function version(): Promise<string> {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function noSuchVerb(name: string): UsageError {
  const names = VERBS.map((verb) => verb.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
  return new UsageError(`${name}: no such verb; ${hint}; see memprof --help`);
}
