import { TraceFormatError } from "../errors.ts";
import { isBpftrace } from "./bpftrace.ts";
import { isFolded } from "./folded.ts";
import { isHeaptrack } from "./heaptrack.ts";
import { parseStraceLine } from "./strace-line.ts";

/** The formats that can be read. */
export const TRACE_FORMATS = [
  "dtrace",
  "perf",
  "strace",
  "bpftrace",
  "folded",
  "heaptrack",
  "massif",
  "dhat",
  "heapprofile",
  "heapsnapshot",
  "pprof",
  "speedscope",
] as const;

/** A format that can be read. */
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** Formats that begin in a way of their own. */
const BEGINNINGS: readonly (readonly [TraceFormat, (head: string) => boolean])[] = [
  ["heaptrack", isHeaptrack],
  // The first field of profile.proto, whose first field is a number.
  ["pprof", (head) => head.startsWith("\n") && head[2] === "\b"],
  ["heapsnapshot", (head) => /^\s*\{\s*"snapshot"\s*:\s*\{/.test(head)],
  ["heapprofile", (head) => /^\s*\{\s*"head"\s*:\s*\{/.test(head)],
  ["dhat", (head) => /^\s*\{\s*"dhatFileVersion"/.test(head)],
  ["speedscope", (head) => /^\s*\{/.test(head) && /"\$schema"|"shared"\s*:/.test(head)],
];

/** Formats whose lines have a shape of their own; where several match as many lines, the first is meant. */
const LINES: readonly (readonly [TraceFormat, (line: string) => boolean])[] = [
  ["perf", (line) => /^\S.* +\d+(?:\/\d+)? +(?:\[\d+\] +)?\d+\.\d+: +\S/.test(line)],
  ["strace", (line) => !line.startsWith(" > ") && parseStraceLine(line) !== undefined],
  ["dtrace", (line) => /^ +\S+`\S/.test(line) || /-+ Distribution -+ +count/.test(line)],
  ["massif", (line) => /^(?:snapshot|mem_heap_B|mem_stacks_B|heap_tree)=/.test(line)],
  ["bpftrace", isBpftrace],
  ["folded", (line) => isFolded(line) && !line.startsWith(" ")],
];

/** Tells whether there is a format of that name. */
export function isTraceFormat(name: string): name is TraceFormat {
  return (TRACE_FORMATS as readonly string[]).includes(name);
}

/** Tells the format of a trace from its first lines; undefined where it looks like none. */
export function guess(head: string): TraceFormat | undefined {
  const beginning = BEGINNINGS.find(([, matches]) => matches(head));
  if (beginning !== undefined) return beginning[0];
  const all = head.split("\n");
  // The target's own output may come before and between, so that no line alone decides.
  let best: TraceFormat | undefined;
  let most = 0;
  for (const [format, matches] of LINES) {
    const count = all.filter((line) => matches(line)).length;
    if (count > most) [best, most] = [format, count];
  }
  return best;
}

/** Makes the error about a trace that looks like no format. */
export function unknownFormat(head: string): TraceFormatError {
  if (head === "") return new TraceFormatError(0, "the trace is empty");
  const first = head.slice(0, head.indexOf("\n") === -1 ? undefined : head.indexOf("\n"));
  // A program or picture, say, whose bytes tell a person nothing.
  const found = /[\0-\b\uFFFD]/.test(first) ? "binary data" : JSON.stringify(first.slice(0, 60));
  return new TraceFormatError(
    1,
    `expected a trace in one of the formats ${TRACE_FORMATS.join(", ")}, found ${found}`,
  );
}
