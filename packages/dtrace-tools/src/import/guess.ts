import { TraceFormatError } from "../errors.ts";
import { lines } from "../lines.ts";
import { importDtrace } from "./dtrace.ts";
import { importFolded, isFolded } from "./folded.ts";
import type { Imported } from "./imported.ts";
import { importPerf } from "./perf.ts";
import { importStrace } from "./strace.ts";
import { parseStraceLine } from "./strace-line.ts";

/** The text formats that can be read. */
export type TraceFormat = "dtrace" | "folded" | "perf" | "strace";

/** How much of a trace is looked at to tell its format, in bytes. */
const HEAD_SIZE = 256 * 1024;

const IMPORTERS: Readonly<Record<TraceFormat, (input: AsyncIterable<Uint8Array>) => Promise<Imported>>> = {
  dtrace: (input) => importDtrace(input),
  folded: (input) => importFolded(input),
  perf: (input) => importPerf(input),
  strace: (input) => importStrace(input),
};

const SHAPES: readonly (readonly [TraceFormat, (line: string) => boolean])[] = [
  ["perf", (line) => /^\S.* +\d+(?:\/\d+)? +(?:\[\d+\] +)?\d+\.\d+: +\S/.test(line)],
  ["strace", (line) => !line.startsWith(" > ") && parseStraceLine(line) !== undefined],
  ["dtrace", (line) => /^ +\S+`\S/.test(line) || /-+ Distribution -+ +count/.test(line)],
  ["folded", (line) => isFolded(line) && !line.startsWith(" ")],
];

/** The names of all formats. */
export const TRACE_FORMATS: readonly TraceFormat[] = Object.keys(IMPORTERS) as TraceFormat[];

/** Tells whether there is a format of that name. */
export function isTraceFormat(name: string): name is TraceFormat {
  return Object.hasOwn(IMPORTERS, name);
}

/** Tells the format of a trace from its first lines; undefined where it looks like none. */
export function guess(head: string): TraceFormat | undefined {
  const all = head.split("\n");
  // The target's own output may come before and between, so that no line alone decides.
  let best: TraceFormat | undefined;
  let most = 0;
  for (const [format, matches] of SHAPES) {
    const count = all.filter((line) => matches(line)).length;
    if (count > most) [best, most] = [format, count];
  }
  return best;
}

/**
 * Reads a trace of the given format, or of the one that it looks like.
 *
 * @throws TraceFormatError where it is empty or looks like no format, or is not of the one that it should be
 */
export async function importTrace(input: AsyncIterable<Uint8Array>, format?: TraceFormat): Promise<Imported> {
  if (format !== undefined) return IMPORTERS[format](input);
  const { head, all } = await peek(input);
  const guessed = guess(head.toString("utf8"));
  if (guessed !== undefined) return IMPORTERS[guessed](all);
  if (head.length === 0) throw new TraceFormatError(0, "the trace is empty");
  let first = "";
  for await (const [line = ""] of lines(only(head))) {
    first = line;
    break;
  }
  const formats = Object.keys(IMPORTERS).join(", ");
  throw new TraceFormatError(
    1,
    `expected a trace in one of the formats ${formats}, found ${JSON.stringify(first.slice(0, 60))}`,
  );
}

async function* only(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

async function peek(
  input: AsyncIterable<Uint8Array>,
): Promise<{ head: Buffer; all: AsyncIterable<Uint8Array> }> {
  const iterator = input[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_SIZE) {
    const next = await iterator.next();
    if (next.done === true) break;
    // The producer may reuse the chunk's memory.
    chunks.push(Uint8Array.from(next.value));
    size += next.value.length;
  }
  const head = Buffer.concat(chunks);
  return {
    head,
    all: (async function* () {
      yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    })(),
  };
}
