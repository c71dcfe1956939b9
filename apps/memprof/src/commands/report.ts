import { open, rename, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import {
  isPalette,
  PALETTE_NAMES,
  readRecording,
  type Recording,
  toFlameGraph,
  toFolded,
  toJson,
} from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { cautions, summarize } from "../report/summary.ts";
import type { Outcome, VerbContext } from "../verb.ts";

/** `memprof report`: shows a recording as text, JSON, a flame graph or folded stacks; `-` is standard output. */
export async function runReport({ args, report }: VerbContext): Promise<Outcome> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      svg: { type: "string" },
      folded: { type: "string" },
      title: { type: "string" },
      colors: { type: "string" },
      width: { type: "string" },
    },
  });
  const [file, surplus] = positionals;
  if (file === undefined) throw new UsageError("a recording was expected, found none; see memprof --help");
  if (surplus !== undefined) throw new UsageError(`one recording was expected, found another: ${surplus}`);
  const look = readLook(values);
  const recording = await readRecording(file);
  for (const caution of cautions(recording)) report.note(caution);
  const outputs: [string, Iterable<string>][] = [];
  if (values.svg !== undefined) outputs.push([values.svg, picture(recording, look)]);
  if (values.folded !== undefined) outputs.push([values.folded, toFolded(recording.profile)]);
  for (const [path, pieces] of outputs) {
    if (path === "-") await report.print(pieces);
    else await save(path, pieces);
  }
  if (values.json === true) await report.print([`${JSON.stringify(toJson(recording), null, 2)}\n`]);
  else if (outputs.length === 0) await report.print(summarize(recording));
  return { status: 0 };
}

function readLook({ title, colors, width }: { title?: string; colors?: string; width?: string }) {
  if (colors !== undefined && !isPalette(colors)) {
    throw new UsageError(`--colors: expected one of ${PALETTE_NAMES.join(", ")}, found ${colors}`);
  }
  if (width !== undefined && !/^[1-9]\d{1,4}$/.test(width)) {
    throw new UsageError(`--width: expected pixels from 10 to 99999, found ${width}`);
  }
  return { title, colors, width: width === undefined ? undefined : Number(width) };
}

function picture(recording: Recording, look: ReturnType<typeof readLook>): Iterable<string> {
  const title = look.title ?? `${recording.command.join(" ")} - heap growth`;
  return toFlameGraph(recording.profile, { ...look, title });
}

async function save(path: string, pieces: Iterable<string>): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, "w");
  try {
    await writeFile(file, pieces);
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}
