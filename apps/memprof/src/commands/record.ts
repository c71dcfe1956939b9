import { resolve } from "node:path";
import { writeRecording } from "dtrace-tools";
import { readOptionsOnly, splitCommand } from "../options.ts";
import { cautions } from "../report/summary.ts";
import { mustBeWritable } from "../save.ts";
import { outcomeOf, PID_OPTIONS, readRunChoice, readTarget, recordTarget, RUN_OPTIONS } from "../targets.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

const DEFAULT_FILE = "memprof.rec";

const OPTIONS = {
  output: { type: "string", short: "o", value: "FILE", help: `where to keep it (${DEFAULT_FILE})` },
  ...PID_OPTIONS,
  ...RUN_OPTIONS,
} as const;

/** `memprof record`: runs a command under a tracer, keeps what was seen, and ends as the command did. */
export const recordVerb: VerbBody = { options: OPTIONS, run: runRecord };

async function runRecord({ args, report }: VerbContext): Promise<Outcome> {
  const { own, command } = splitCommand(args, OPTIONS);
  const values = readOptionsOnly(own, OPTIONS);
  const target = readTarget(command, values.pid);
  const choice = readRunChoice(values);
  const file = resolve(values.output ?? DEFAULT_FILE);
  await mustBeWritable(file);
  const recording = await recordTarget(target, choice, { report });
  await writeRecording(recording, file);
  for (const caution of cautions(recording)) report.note(caution);
  report.note(`recorded by ${recording.backend} in ${file}`);
  return outcomeOf(recording);
}
