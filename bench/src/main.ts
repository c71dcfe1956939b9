import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benches } from "./benches.ts";
import type { Bench } from "./harness/bench.ts";
import { type Result, runBench } from "./harness/run-bench.ts";
import { scratchDirectory } from "./harness/scratch.ts";
import { Inputs } from "./inputs/inputs.ts";
import { thisMachine } from "./report/machine.ts";
import { toMarkdown } from "./report/to-markdown.ts";
import { toText } from "./report/to-text.ts";

const HELP = `Usage: bench [--case NAME]... [--summary FILE] [--json]

Runs our programs and those of the machine side by side, in turns, and prints medians and ratios.

  --case NAME     only this one; may be given several times:
${benches.map(({ name, title }) => `                    ${name.padEnd(18)} ${title}\n`).join("")}  --summary FILE  a pkg_summary, compressed or not, in place of a generated one
  --json          numbers for programs, times in seconds and sizes in bytes
`;

const RESULTS_FILE = fileURLToPath(new URL("../RESULTS.md", import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      case: { type: "string", multiple: true },
      summary: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const chosen = chooseBenches(values.case);
  const scratch = scratchDirectory("bench");
  // npm changes the directory; this is where it was called.
  const here = process.env.INIT_CWD ?? "";
  const summary = values.summary === undefined ? undefined : resolve(here, values.summary);
  const inputs = new Inputs(scratch, summary);
  const results: Result[] = [];
  for (const bench of chosen) {
    const result = await runBench(bench, inputs);
    results.push(result);
    if (values.json !== true) process.stdout.write(`${toText(result)}\n`);
  }
  const machine = thisMachine(inputs.source);
  if (values.json === true) process.stdout.write(`${JSON.stringify({ machine, results }, undefined, 2)}\n`);
  // A part of the benches does not replace the results of all.
  if (values.case === undefined) writeFileSync(RESULTS_FILE, toMarkdown(machine, results));
}

function chooseBenches(names: readonly string[] | undefined): readonly Bench[] {
  for (const name of names ?? []) {
    if (!benches.some((bench) => bench.name === name))
      throw new Error(
        `no such case: ${name}; expected one of ${benches.map((bench) => bench.name).join(", ")}`,
      );
  }
  return benches.filter(({ name }) => names === undefined || names.includes(name));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
