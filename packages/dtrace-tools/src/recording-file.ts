/*
 * A recording as a file, lines of JSON:
 *
 *   {"format":"memprof-recording","version":1, ...}   the Recording without its profile; `stacks` tells how many follow
 *   [["frame","frame"],BYTES,CALLS]                   a stack, frames root first, as often as `stacks` says
 *   {"end":true}                                      the last line: without it the file was cut short
 *
 * Buckets are an object, bucket to count. A reader refuses a version that it does not know.
 */
import { createReadStream } from "node:fs";
import { DtraceToolsError } from "./errors.ts";
import type { HeapTotals, ProcessHeap } from "./heap/totals.ts";
import { lines } from "./lines.ts";
import { Profile } from "./profile/profile.ts";
import type { Recording } from "./recording.ts";
import { saveFile } from "./save-file.ts";

const FORMAT = "memprof-recording";
const VERSION = 1;

/** A file is not a recording, or not a whole one. */
export class RecordingFileError extends DtraceToolsError {
  override readonly name = "RecordingFileError";
  override readonly code = "ERR_RECORDING_FILE";
  readonly path: string;
  /** Whether the file is something else, not a recording that is damaged. */
  readonly notARecording: boolean;

  constructor(path: string, message: string, options: ErrorOptions & { notARecording?: boolean } = {}) {
    super(`${path}: ${message}`, options);
    this.path = path;
    this.notARecording = options.notARecording ?? false;
  }
}

/** The JSON form of totals: buckets as an object, what is not known as null. */
export interface TotalsJson extends Omit<HeapTotals, "buckets" | "peak" | "held"> {
  readonly peak: number | null;
  readonly held: number | null;
  readonly buckets: Readonly<Record<string, number>>;
}

/** The JSON form of a recording without its stacks: the first line of its file. */
export interface RecordingJson extends Omit<
  Recording,
  "exit" | "partial" | "processes" | "profile" | "totals"
> {
  readonly partial: string | null;
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly stacks: number;
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  readonly totals: TotalsJson;
  readonly processes: readonly (TotalsJson & Pick<ProcessHeap, "command" | "pid">)[];
}

/**
 * Writes a recording beside the path and renames it when it is whole; an older file is replaced.
 *
 * @throws RecordingFileError where it cannot be written
 */
export async function writeRecording(recording: Recording, path: string): Promise<void> {
  try {
    await saveFile(path, fileText(recording));
  } catch (error) {
    throw new RecordingFileError(path, `cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads a recording from its file.
 *
 * @throws RecordingFileError where it is no recording, is of another version or was cut short
 */
export async function readRecording(path: string): Promise<Recording> {
  let header: RecordingJson | undefined;
  const profile = new Profile("bytes");
  let number = 0;
  let ended = false;
  for await (const batch of lines(readNamed(path))) {
    for (const line of batch) {
      number++;
      if (header === undefined) header = parseHeader(path, line);
      else if (number <= header.stacks + 1) addStack(profile, line, { path, number });
      else ended ||= line === '{"end":true}';
    }
  }
  if (header === undefined) throw new RecordingFileError(path, "expected a recording, found an empty file");
  if (!ended) {
    const found = Math.max(number - 1, 0);
    throw new RecordingFileError(
      path,
      `the recording is cut short: expected ${header.stacks} stacks and an end, found ${found} lines`,
    );
  }
  return fromJson(header, profile);
}

async function* readNamed(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such recording" : `cannot be read: ${message}`;
    throw new RecordingFileError(path, reason, { cause: error });
  }
}

/** The JSON form of a recording without its stacks. */
export function toJson(recording: Recording): RecordingJson {
  const { profile, totals, processes, exit, partial, ...facts } = recording;
  return {
    format: FORMAT,
    version: VERSION,
    stacks: profile.stackCount,
    ...facts,
    exit: { code: exit.code ?? null, signal: exit.signal ?? null },
    partial: partial ?? null,
    totals: totalsToJson(totals),
    processes: processes.map((one) => ({ pid: one.pid, command: one.command, ...totalsToJson(one) })),
  };
}

function* fileText(recording: Recording): Generator<string> {
  yield `${JSON.stringify(toJson(recording))}\n`;
  for (const { frames, value, count } of recording.profile.stacks()) {
    yield `${JSON.stringify([frames, value, count])}\n`;
  }
  yield '{"end":true}\n';
}

function fromJson(header: RecordingJson, profile: Profile): Recording {
  const {
    format: _format,
    version: _version,
    stacks: _stacks,
    totals,
    processes,
    exit,
    partial,
    ...facts
  } = header;
  return {
    ...facts,
    exit: { code: exit.code ?? undefined, signal: exit.signal ?? undefined },
    partial: partial ?? undefined,
    totals: totalsFromJson(totals),
    processes: processes.map((one) => ({ pid: one.pid, command: one.command, ...totalsFromJson(one) })),
    profile,
  };
}

function totalsToJson(totals: HeapTotals): TotalsJson {
  const { bytes, calls, released, peak, held, buckets } = totals;
  return {
    bytes,
    calls,
    released,
    peak: peak ?? null,
    held: held ?? null,
    buckets: Object.fromEntries([...buckets].toSorted((a, b) => a[0] - b[0])),
  };
}

function totalsFromJson(totals: TotalsJson): HeapTotals {
  const { bytes, calls, released, peak, held, buckets } = totals;
  return {
    bytes,
    calls,
    released,
    peak: peak ?? undefined,
    held: held ?? undefined,
    buckets: new Map(Object.entries(buckets).map(([bucket, count]) => [Number(bucket), count])),
  };
}

function parseHeader(path: string, line: string): RecordingJson {
  const header = parseJson(line) as Partial<RecordingJson> | undefined | null;
  if (header === undefined && line.startsWith(`{"format":"${FORMAT}"`)) {
    throw new RecordingFileError(path, "the recording is cut short: its first line is not whole");
  }
  if (header?.format !== FORMAT) {
    throw new RecordingFileError(path, "expected a recording of memprof, found something else", {
      notARecording: true,
    });
  }
  if (header.version !== VERSION) {
    throw new RecordingFileError(path, `expected version ${VERSION} of the format, found ${header.version}`);
  }
  const whole =
    typeof header.stacks === "number" &&
    typeof header.exit === "object" &&
    typeof header.totals?.buckets === "object" &&
    Array.isArray(header.processes) &&
    Array.isArray(header.command) &&
    Array.isArray(header.timeline) &&
    Array.isArray(header.warnings);
  if (!whole) throw new RecordingFileError(path, "line 1: the header lacks fields that it must have");
  return header as RecordingJson;
}

function addStack(profile: Profile, line: string, at: { path: string; number: number }): void {
  const stack = parseJson(line);
  const [frames, value, count] = Array.isArray(stack) ? (stack as unknown[]) : [];
  const good =
    Array.isArray(frames) &&
    frames.every((frame) => typeof frame === "string") &&
    typeof value === "number" &&
    typeof count === "number";
  if (!good) {
    const found = JSON.stringify(line.slice(0, 60));
    throw new RecordingFileError(
      at.path,
      `line ${at.number}: expected a stack, found ${found}; the file is damaged or cut short`,
    );
  }
  profile.add(frames as string[], value, count);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
