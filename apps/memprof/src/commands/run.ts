import { resolve } from "node:path";
import { writeRecording } from "dtrace-tools";
import { readOptionsOnly, splitCommand } from "../options.ts";
import { PICTURE_OPTIONS, STACK_OPTIONS } from "../picture.ts";
import { OUTPUT_NAMES } from "../outputs.ts";
import { cautions } from "../report/summary.ts";
import { mustBeWritable } from "../save.ts";
import { outcomeOf, PID_OPTIONS, readRunChoice, readTarget, recordTarget, RUN_OPTIONS } from "../targets.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";
import { readReportRequest, REPORT_OPTIONS } from "./report.ts";

const OPTIONS = {
  output: { type: "string", short: "o", value: "FILE", help: "keep the recording too" },
  ...PID_OPTIONS,
  ...RUN_OPTIONS,
  ...REPORT_OPTIONS,
  ...PICTURE_OPTIONS,
  ...STACK_OPTIONS,
} as const;

/** `memprof run`: records a command and shows at once what was seen; ends as the command did. */
export const runVerb: VerbBody = { options: OPTIONS, run: runRun };

async function runRun({ args, report }: VerbContext): Promise<Outcome> {
  const { own, command } = splitCommand(args, OPTIONS);
  const values = readOptionsOnly(own, OPTIONS);
  const target = readTarget(command, values.pid);
  const choice = readRunChoice(values);
  const show = readReportRequest(values);
  const file = values.output === undefined ? undefined : resolve(values.output);
  await mustBeWritable(file, ...OUTPUT_NAMES.map((output) => values[output]));
  const recording = await recordTarget(target, choice, { report });
  try {
    if (file !== undefined) await writeRecording(recording, file);
  } finally {
    // Where it could not be kept it is at least shown.
    for (const caution of cautions(recording)) report.note(caution);
    const name = recording.command.join(" ");
    // Standard output is the command's; somebody may read it as data.
    await show({ name, profile: recording.profile, recording }, report, (pieces) =>
      report.printBeside(pieces),
    );
  }
  return outcomeOf(recording);
}
