import { readFile } from "node:fs/promises";
import { UsageError } from "./errors.ts";
import { terminal } from "./report/report.ts";
import type { Outcome, Verb } from "./verb.ts";

/** Every verb; usage and dispatch are made from it. */
const VERBS: readonly Verb[] = [
  {
    name: "record",
    usage: "[-o FILE] [--backend NAME] -- COMMAND [ARGUMENT...]",
    help: "run a command under a tracer and keep what was seen",
    options: [
      "-o, --output FILE  where to keep it (memprof.rec)",
      "--backend NAME     dtrace, perf, strace-k or strace; the best that works here unless told",
    ],
    run: async (context) => (await import("./commands/record.ts")).runRecord(context),
  },
  {
    name: "report",
    usage: "FILE [--json | --svg OUT | --folded OUT]",
    help: "show what was seen: sizes, totals, the frames that grew the heap most",
    options: [
      "--json             all numbers, also of each process",
      "--svg OUT          a flame graph; also --title TEXT, --colors NAME, --width PIXELS",
      "--folded OUT       folded stacks, a line each",
    ],
    run: async (context) => (await import("./commands/report.ts")).runReport(context),
  },
  {
    name: "doctor",
    usage: "",
    help: "tell which tracers work here, and what would make the others work",
    options: [],
    run: async (context) => (await import("./commands/doctor.ts")).runDoctor(context),
  },
];

/**
 * Runs what the arguments ask for.
 *
 * @throws UsageError where they make no sense
 */
export async function runCli(args: readonly string[]): Promise<Outcome> {
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError("a verb was expected, found none; see memprof --help");
  if (name === "--version") {
    const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
    await terminal.print([`${(JSON.parse(manifest) as { version: string }).version}\n`]);
    return { status: 0 };
  }
  const ownArgs = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  const verb = VERBS.find((one) => one.name === name);
  const firstIsHelp = ownArgs[0] === "--help" || ownArgs[0] === "-h";
  if (["--help", "-h", "help"].includes(name) || (verb !== undefined && firstIsHelp)) {
    await terminal.print([usage(verb === undefined ? VERBS : [verb])]);
    return { status: 0 };
  }
  if (verb === undefined) {
    throw new UsageError(`${name}: no such verb; there are ${VERBS.map((one) => one.name).join(", ")}`);
  }
  return verb.run({ args: rest, report: terminal });
}

function usage(verbs: readonly Verb[]): string {
  const parts = verbs.map(({ name, usage: form, help, options }) =>
    [`  memprof ${name} ${form}`.trimEnd(), `      ${help}`, ...options.map((line) => `      ${line}`)].join(
      "\n",
    ),
  );
  return `Usage: memprof VERB [options]

Shows which code paths grow the heap of a command and its children.

${parts.join("\n\n")}

  memprof --help, memprof VERB --help, memprof --version
`;
}
