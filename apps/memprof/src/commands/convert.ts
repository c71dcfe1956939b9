import { TRACE_FORMATS } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { readName, readOptions } from "../options.ts";
import { OUTPUT_NAMES, OUTPUTS } from "../outputs.ts";
import { PICTURE_OPTIONS, readLook, readStackChange, STACK_OPTIONS } from "../picture.ts";
import { writeOut } from "../save.ts";
import { readSubject } from "../subject.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

const OPTIONS = {
  from: { type: "string", value: "NAME", help: `${TRACE_FORMATS.join(", ")}; found out unless told` },
  to: { type: "string", value: "NAME", help: `${OUTPUT_NAMES.join(", ")} (folded)` },
  output: { type: "string", short: "o", value: "OUT", help: "a file, or - for standard output (-)" },
  ...PICTURE_OPTIONS,
  ...STACK_OPTIONS,
} as const;

/** `memprof convert`: turns a recording or any trace into another format. */
export const convertVerb: VerbBody = { options: OPTIONS, run: runConvert };

async function runConvert({ args, report }: VerbContext): Promise<Outcome> {
  const { values, positionals } = readOptions(args, OPTIONS);
  const [file, surplus] = positionals;
  if (file === undefined) throw new UsageError("a recording or trace was expected, found none");
  if (surplus !== undefined) throw new UsageError(`one file was expected, found another: ${surplus}`);
  const { output = "-" } = values;
  const to = readName("--to", values.to ?? "folded", OUTPUT_NAMES);
  const from = values.from === undefined ? undefined : readName("--from", values.from, TRACE_FORMATS);
  const change = readStackChange(values);
  const look = readLook(values);
  const { name, profile, recording, warnings } = await readSubject(file, from);
  for (const warning of warnings) report.note(warning);
  const pieces = OUTPUTS[to]({ name, profile: change(profile), recording, look });
  await writeOut(output, pieces, report);
  return { status: 0 };
}
