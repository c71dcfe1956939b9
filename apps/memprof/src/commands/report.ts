import { type Profile, type Recording, toJson, topFrames, toTable } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { readOptions, type Values } from "../options.ts";
import { type Material, type OutputName, OUTPUT_NAMES, OUTPUTS } from "../outputs.ts";
import { PICTURE_OPTIONS, readLook, readStackChange, STACK_OPTIONS } from "../picture.ts";
import { clipped } from "../report/clipped.ts";
import type { Report } from "../report/report.ts";
import { cautions, summarize } from "../report/summary.ts";
import { writeOut } from "../save.ts";
import { readSubject } from "../subject.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

/** Options of the verbs that show a recording: a file for each form of output. */
export const REPORT_OPTIONS = {
  json: { type: "boolean", help: "totals, sizes and frames for programs, also of each process" },
  svg: { type: "string", value: "OUT", help: "a flame graph; OUT is a file, or - for standard output" },
  html: { type: "string", value: "OUT", help: "a page with flame graph, frames, callers, time line" },
  folded: { type: "string", value: "OUT", help: "folded stacks, a line each" },
  pprof: { type: "string", value: "OUT", help: "a profile for pprof, compressed" },
  speedscope: { type: "string", value: "OUT", help: "a profile for speedscope" },
  stacks: { type: "string", value: "OUT", help: "all stacks as JSON" },
  markdown: { type: "string", value: "OUT", help: "the frames as a table for a pull request" },
  histogram: { type: "string", value: "OUT", help: "the sizes as a picture" },
} as const;

const OPTIONS = { ...REPORT_OPTIONS, ...PICTURE_OPTIONS, ...STACK_OPTIONS } as const;

/** `memprof report`: shows a recording or a trace as text, JSON, or one of many files. */
export const reportVerb: VerbBody = { options: OPTIONS, run: runReport };

async function runReport({ args, report }: VerbContext): Promise<Outcome> {
  const { values, positionals } = readOptions(args, OPTIONS);
  const [file, surplus] = positionals;
  if (file === undefined) throw new UsageError("a recording or trace was expected, found none");
  if (surplus !== undefined) throw new UsageError(`one file was expected, found another: ${surplus}`);
  const show = readReportRequest(values);
  const { name, profile, recording, warnings } = await readSubject(file);
  for (const caution of recording === undefined ? warnings : cautions(recording)) report.note(caution);
  await show({ name, profile, recording }, report, (pieces) => report.print(pieces));
  return { status: 0 };
}

type Show = (
  shown: Omit<Material, "look">,
  report: Report,
  printText: (pieces: Iterable<string>) => Promise<void>,
) => Promise<void>;

/**
 * Reads how to show it, before there is something to show.
 *
 * @returns what shows it; the text for a person goes to `printText`, all else to standard output
 * @throws UsageError where a value makes no sense
 */
export function readReportRequest(
  values: Values<typeof REPORT_OPTIONS & typeof PICTURE_OPTIONS & typeof STACK_OPTIONS>,
): Show {
  const look = readLook(values);
  const change = readStackChange(values);
  const wanted: [OutputName, string][] = OUTPUT_NAMES.flatMap((output) => {
    const path = values[output];
    return path === undefined ? [] : [[output, path]];
  });
  return async (shown, report, printText) => {
    const { recording } = shown;
    const material: Material = { ...shown, profile: change(shown.profile), look };
    for (const [output, path] of wanted) {
      await writeOut(path, OUTPUTS[output](material), report);
    }
    if (values.json === true) await report.print([json(recording, material.profile)]);
    else if (wanted.length === 0) await printText(text(recording, material.profile, report.columns));
  };
}

function json(recording: Recording | undefined, profile: Profile): string {
  const { unit, total, stackCount } = profile;
  const facts = recording === undefined ? { unit, total, stacks: stackCount } : toJson(recording);
  return `${JSON.stringify({ ...facts, frames: topFrames(profile) }, null, 2)}\n`;
}

function text(
  recording: Recording | undefined,
  profile: Profile,
  columns: number | undefined,
): Iterable<string> {
  return recording === undefined
    ? [clipped(toTable(profile), columns)]
    : summarize({ ...recording, profile }, columns);
}
