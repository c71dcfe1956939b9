import { changeText, compare, formatSize, frameChanges, toChangeTable, toJson } from "dtrace-tools";
import type { Subject } from "../subject.ts";
import { clipped } from "./clipped.ts";

type Row = readonly [title: string, before: number | undefined, after: number | undefined];

function totalsOf(before: Subject, after: Subject): Row[] {
  const [was, is] = [before.recording?.totals, after.recording?.totals];
  if (was === undefined || is === undefined) return [["total", before.profile.total, after.profile.total]];
  return [
    ["total bytes", was.bytes, is.bytes],
    ["calls", was.calls, is.calls],
    ["largest size", was.peak, is.peak],
    ["still held", was.held, is.held],
  ];
}

/** What of two subjects is written, and how. */
export interface DifferenceOptions {
  /** How many frames; 20 unless told otherwise. */
  readonly limit: number | undefined;
  /** How wide the terminal is; undefined where it is none. */
  readonly columns?: number | undefined;
}

/** Writes the difference for a person. */
export function* differenceText(
  before: Subject,
  after: Subject,
  { limit, columns }: DifferenceOptions,
): Generator<string> {
  yield `before  ${before.file}: ${before.name}\nafter   ${after.file}: ${after.name}\n\n`;
  yield `${"".padEnd(14)}${"before".padStart(16)}${"after".padStart(16)}${"change".padStart(16)}\n`;
  for (const [title, was, is] of totalsOf(before, after)) {
    if (was === undefined || is === undefined) continue;
    const sign = is > was ? "+" : "";
    const cells = [was, is, `${sign}${is - was}`].map((cell) => String(cell).padStart(16));
    yield `${title.padEnd(14)}${cells.join("")}  ${changeText(was, is)}\n`;
  }
  yield `\n${clipped(toChangeTable(before.profile, after.profile, { limit }), columns)}`;
}

/** Writes the difference for a pull request. */
export function differenceMarkdown(before: Subject, after: Subject, { limit }: DifferenceOptions): string {
  const rows = totalsOf(before, after).map(([title, was, is]) =>
    was === undefined || is === undefined
      ? ""
      : `| ${title} | ${written(title, was)} | ${written(title, is)} | ${changeText(was, is)} |\n`,
  );
  const totals = `| | before | after | change |\n|---|--:|--:|--:|\n${rows.join("")}`;
  return `${totals}\n${toChangeTable(before.profile, after.profile, { limit, style: "markdown" })}`;
}

function written(title: string, value: number): string {
  return title === "calls" ? String(value) : formatSize(value);
}

/** Writes the difference for programs. */
export function differenceJson(before: Subject, after: Subject): string {
  const frames = frameChanges(compare(before.profile, after.profile));
  return `${JSON.stringify({ before: side(before), after: side(after), frames }, null, 2)}\n`;
}

function side({ file, profile, recording }: Subject): object {
  return { file, total: profile.total, recording: recording === undefined ? null : toJson(recording) };
}
