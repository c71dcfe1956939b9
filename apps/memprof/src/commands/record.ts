import { access, constants as modes, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { writeRecording } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { readOptionsOnly, splitCommand } from "../options.ts";
import { cautions } from "../report/summary.ts";
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

/** Found out before the command runs, not after an hour of it. @throws UsageError where it cannot be written */
export async function mustBeWritable(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory() === true)
    throw new UsageError(`${file}: expected a file to write, found a directory`);
  await access(dirname(file), modes.W_OK).catch((error: unknown) => {
    throw new UsageError(`${file}: cannot be written: ${(error as Error).message}`);
  });
}
