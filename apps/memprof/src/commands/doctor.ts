import { type Availability, available, backendsFor, METRICS } from "dtrace-tools";
import { readOptionsOnly } from "../options.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

/** `memprof doctor`: tells which tracers can be used here, best first; the status is 1 where none can. */
export const doctorVerb: VerbBody = { options: {}, run: runDoctor };

async function runDoctor({ args, report }: VerbContext): Promise<Outcome> {
  readOptionsOnly(args, {});
  const tracers = await available();
  await report.print(tracers.map(describe));
  return { status: tracers.some((tracer) => tracer.usable) ? 0 : 1 };
}

const INDENT = " ".repeat(16);

function describe(tracer: Availability): string {
  const name = tracer.name.padEnd(10);
  const metrics = METRICS.filter((metric) => backendsFor(metric).includes(tracer.name)).join(", ");
  if (tracer.usable) return `${name} yes  ${tracer.version}: ${tracer.note}\n${INDENT}metrics: ${metrics}\n`;
  const remedy = tracer.remedy === undefined ? "" : `\n${INDENT}to change it: ${tracer.remedy}`;
  return `${name} no   ${tracer.reason}${remedy}\n`;
}
