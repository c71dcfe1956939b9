import { createReadStream } from "node:fs";
import { basename } from "node:path";
import {
  DtraceToolsError,
  importTrace,
  type Profile,
  readRecording,
  type Recording,
  RecordingFileError,
  type TraceFormat,
  TraceFormatError,
} from "dtrace-tools";

/** What a verb looks at: a recording, or the stacks of some tracer's output. */
export interface Subject {
  readonly file: string;
  /** What it is called in a picture. */
  readonly name: string;
  readonly profile: Profile;
  /** Undefined where the file is a trace. */
  readonly recording: Recording | undefined;
  /** What is odd about it, a sentence each. */
  readonly warnings: readonly string[];
}

const READ_SIZE = 1 << 20;

/**
 * Reads a recording, or a trace of any format that dtrace-tools can read.
 *
 * @param format of the trace; it is found out where it is not given
 * @throws RecordingFileError where it is a recording that is damaged; DtraceToolsError where it is neither
 */
export async function readSubject(file: string, format?: TraceFormat): Promise<Subject> {
  if (format !== undefined) return readTrace(file, format);
  try {
    const recording = await readRecording(file);
    return {
      file,
      name: recording.command.join(" "),
      profile: recording.profile,
      recording,
      warnings: recording.warnings,
    };
  } catch (error) {
    if (!(error instanceof RecordingFileError) || !error.notARecording) throw error;
  }
  return readTrace(file);
}

async function readTrace(file: string, format?: TraceFormat): Promise<Subject> {
  const input = createReadStream(file, { highWaterMark: READ_SIZE });
  const { profile, warnings } = await importTrace(input, format).catch((error: unknown) => {
    throw new DtraceToolsError(`${file}: ${whyUnreadable(error as NodeJS.ErrnoException, format)}`, {
      cause: error,
    });
  });
  if (profile.stackCount === 0) {
    throw new DtraceToolsError(`${file}: no stack is in it${warnings.map((one) => `: ${one}`).join("")}`);
  }
  return { file, name: basename(file), profile, recording: undefined, warnings };
}

function whyUnreadable(error: NodeJS.ErrnoException, format: TraceFormat | undefined): string {
  if (error.code === "ENOENT") return "there is no such file";
  const guessed = error instanceof TraceFormatError && format === undefined;
  return guessed ? `expected a recording of memprof, or a trace: ${error.message}` : error.message;
}
