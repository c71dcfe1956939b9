import { script, SCRIPT_NAMES } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { readName, readOptions } from "../options.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

/** `memprof scripts`: lists the scripts for DTrace and bpftrace, or prints one. */
export const scriptsVerb: VerbBody = { options: {}, run: runScripts };

async function runScripts({ args, report }: VerbContext): Promise<Outcome> {
  const { positionals } = readOptions(args, {});
  const [wanted, surplus] = positionals;
  if (surplus !== undefined) throw new UsageError(`one script was expected, found another: ${surplus}`);
  if (wanted === undefined) {
    const width = Math.max(...SCRIPT_NAMES.map(({ length }) => length));
    await report.print(SCRIPT_NAMES.map((name) => `${name.padEnd(width)}  ${about(script(name))}\n`));
    return { status: 0 };
  }
  await report.print([script(readName("NAME", wanted, SCRIPT_NAMES))]);
  return { status: 0 };
}

/** What the first comment of a script says after its name. */
function about(text: string): string {
  return /^ \* \S+: (.*)$/m.exec(text)?.[1] ?? "";
}
