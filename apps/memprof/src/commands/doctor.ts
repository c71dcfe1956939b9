import { parseArgs } from "node:util";
import { type Availability, available } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import type { Outcome, VerbContext } from "../verb.ts";

/** `memprof doctor`: tells which tracers can be used here, best first; the status is 1 where none can. */
export async function runDoctor({ args, report }: VerbContext): Promise<Outcome> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  if (positionals.length > 0)
    throw new UsageError(`no argument was expected, found ${positionals.join(" ")}`);
  const tracers = await available();
  await report.print(tracers.map(describe));
  return { status: tracers.some((tracer) => tracer.usable) ? 0 : 1 };
}

function describe(tracer: Availability): string {
  const name = tracer.name.padEnd(9);
  if (tracer.usable) return `${name} yes  ${tracer.version}: ${tracer.note}\n`;
  const remedy = tracer.remedy === undefined ? "" : `\n${" ".repeat(15)}to change it: ${tracer.remedy}`;
  return `${name} no   ${tracer.reason}${remedy}\n`;
}
