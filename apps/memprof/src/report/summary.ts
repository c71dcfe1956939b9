import { quantizeText, type Recording, toTable } from "dtrace-tools";

/** The columns that DTrace gives a title and its number. */
const TITLE_WIDTH = 50;
const NUMBER_WIDTH = 17;

/** Writes a recording for a person: the histogram, the totals, the processes, the frames that grew the heap most. */
export function* summarize(recording: Recording): Generator<string> {
  const { totals, processes, profile } = recording;
  yield `\n${quantizeText(totals.buckets, { title: "brk() allocation sizes" })}\n`;
  yield line("Total bytes allocated", totals.bytes);
  yield line("Total number of brk() calls", totals.calls);
  if (totals.peak !== undefined) yield line("Largest heap, in bytes", totals.peak);
  if (totals.held !== undefined) yield line("Bytes still held at the end", totals.held);
  yield "\n";
  if (processes.length > 1) yield `${processTable(recording)}\n`;
  if (profile.total > 0) yield toTable(profile);
  if (recording.backend === "strace") {
    yield "\nstrace alone has no stacks: `memprof doctor` tells which tracers have them.\n";
  }
  yield `
The C library grows the heap in steps (132 KiB in glibc), and charges a whole step to the caller that crosses it.
What it takes by mmap, blocks of 128 KiB and more at first, is not in the heap and does not count here.
`;
}

/** Sentences about what is missing from a recording or odd about it. */
export function cautions(recording: Recording): string[] {
  const { lost } = recording;
  const about =
    lost > 0 ? [`the tracer lost ${lost} records: calls are missing, and the totals may be too small`] : [];
  return [...about, ...recording.warnings];
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
