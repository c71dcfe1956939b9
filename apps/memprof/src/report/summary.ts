import { type Metric, quantizeText, type Recording, toTable } from "dtrace-tools";
import { clipped } from "./clipped.ts";

/** The columns that DTrace gives a title and its number. */
const TITLE_WIDTH = 50;
const NUMBER_WIDTH = 17;

/** What each metric's numbers are called, and what is to be kept in mind about them. */
const WORDS: Readonly<Record<Metric, { sizes: string; total: string; calls: string; remark: string }>> = {
  brk: {
    sizes: "brk() allocation sizes",
    total: "Total bytes allocated",
    calls: "Total number of brk() calls",
    remark: `The C library grows the heap in steps (132 KiB in glibc), and charges a whole step to the caller that crosses it;
--fine makes the steps pages. What it takes by mmap, blocks of 128 KiB and more at first, is not in the heap and
does not count here: --metric heap counts both.`,
  },
  heap: {
    sizes: "heap growth sizes",
    total: "Total bytes allocated",
    calls: "Total number of growing calls",
    remark: `Counted are brk and private anonymous memory made writable by mmap, mremap and mprotect, stacks of threads among it.`,
  },
  allocations: {
    sizes: "allocation sizes",
    total: "Total bytes allocated",
    calls: "Total number of allocations",
    remark: `Counted is what the program asked its allocator for, also where that had the memory already.`,
  },
  faults: {
    sizes: "page faults",
    total: "Total bytes made resident",
    calls: "Total number of page faults",
    remark: `Counted is a page of 4096 bytes for each page fault, of code and files too.`,
  },
};

const NODE_REMARK = `Of a Node program this shows what Node itself takes; --metric allocations tells which JavaScript functions allocate.
`;

/**
 * Writes a recording for a person: the histogram, the totals, the processes, the frames that grew the heap most.
 *
 * @param columns how wide the terminal is; undefined where it is none
 */
export function* summarize(recording: Recording, columns: number | undefined): Generator<string> {
  const { totals, processes, profile } = recording;
  const { sizes, total, calls, remark } = WORDS[recording.metric];
  // Some tracers tell how much there was, not in which sizes it came.
  yield totals.buckets.size === 0 ? "\n" : `\n${quantizeText(totals.buckets, { title: sizes })}\n`;
  // Some tell how large it was only, which then stands for the total.
  if (totals.calls > 0 || totals.bytes === 0) yield line(total, totals.bytes) + line(calls, totals.calls);
  if (totals.peak !== undefined) yield line("Largest heap, in bytes", totals.peak);
  if (totals.held !== undefined) yield line("Bytes still held at the end", totals.held);
  if (processes.length > 1) yield `\n${clipped(processTable(recording), columns)}`;
  if (profile.total > 0) yield `\n${clipped(toTable(profile), columns)}`;
  if (recording.backend === "strace") {
    yield "\nstrace alone has no stacks: `memprof doctor` tells which tracers have them.\n";
  }
  yield `\n${remark}\n`;
  const isNode = processes.some(({ command }) => command === "node");
  if (isNode && recording.metric !== "allocations") yield NODE_REMARK;
}

/** Sentences about what is missing from a recording or odd about it. */
export function cautions(recording: Recording): string[] {
  const { lost } = recording;
  const about =
    lost > 0 ? [`the tracer lost ${lost} records: calls are missing, and the totals may be too small`] : [];
  const part = recording.partial === undefined ? [] : [`partial: ${recording.partial}`];
  return [...about, ...part, ...recording.warnings];
}

function line(title: string, value: number): string {
  return `  ${title.padEnd(TITLE_WIDTH)}${String(value).padStart(NUMBER_WIDTH)}\n`;
}

/** More would push the rest off the screen; `--json` has all. */
const MOST_PROCESSES = 20;

function processTable({ processes }: Recording): string {
  const sorted = processes.toSorted((a, b) => b.bytes - a.bytes);
  const rows = sorted
    .slice(0, MOST_PROCESSES)
    .map(({ pid, bytes, calls, peak, command }) =>
      [pid, bytes, calls, peak ?? "", printable(command)].map(String),
    );
  const all = [["pid", "bytes", "calls", "peak", "process"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const text = all.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
  if (sorted.length > MOST_PROCESSES) text.push(`and ${sorted.length - MOST_PROCESSES} more`);
  return text.map((row) => `${row}\n`).join("");
}

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}
