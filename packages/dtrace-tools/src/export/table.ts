import { sumFrames } from "../profile/compare.ts";
import type { Profile } from "../profile/profile.ts";

/** One frame of a profile, wherever it occurs. */
export interface TopFrame {
  readonly name: string;
  /** Value of the stacks that end in it. */
  readonly self: number;
  /** Value of the stacks that it is part of; one that calls itself counts once. */
  readonly total: number;
}

/** How `topFrames` and `toTable` choose and write. */
export interface TableOptions {
  /** How many frames; 20 unless told otherwise. */
  readonly limit?: number | undefined;
  /** `plain` for a terminal (the default), `markdown` for a page. */
  readonly style?: "plain" | "markdown" | undefined;
}

/** The frames with the largest values, those of what they call included; of equal ones callees come before callers. */
export function topFrames(profile: Profile, options: TableOptions = {}): TopFrame[] {
  const tree = profile.tree();
  const { self, totals } = sumFrames(tree, tree);
  const frames: TopFrame[] = [];
  // Callers got their numbers first, since stacks are added from the root; the order of equals is kept.
  for (let frame = tree.names.length - 1; frame >= 0; frame--) {
    frames.push({ name: tree.names[frame] ?? "", self: self[frame] ?? 0, total: totals[frame] ?? 0 });
  }
  return frames.toSorted((a, b) => b.total - a.total || b.self - a.self).slice(0, options.limit ?? 20);
}

/** Writes the frames with the largest values as a table: value with what is called, own value, name. */
export function toTable(profile: Profile, options: TableOptions = {}): string {
  const { total, unit } = profile;
  const markdown = options.style === "markdown";
  const percent = (value: number): string => `${((value * 100) / Math.max(total, 1)).toFixed(1)}%`;
  const rows = topFrames(profile, options).map((frame) => [
    String(frame.total),
    percent(frame.total),
    String(frame.self),
    percent(frame.self),
    markdown ? frameCode(frame.name) : printable(frame.name),
  ]);
  return formatRows([[`total ${unit}`, "%", `self ${unit}`, "%", "frame"], ...rows], markdown);
}

/** Sets rows, the first of them the heading, in columns, or as a table of Markdown; the last column is a name. */
export function formatRows(rows: readonly (readonly string[])[], markdown: boolean): string {
  const [heading = [], ...body] = rows;
  const numbers = heading.slice(0, -1);
  if (markdown) {
    return [
      markdownRow(heading),
      `|${numbers.map(() => "--:|").join("")}---|\n`,
      ...body.map(markdownRow),
    ].join("");
  }
  const widths = numbers.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) => `${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ")}\n`)
    .join("");
}

/** What a traced program is called must not act on the terminal or the page. */
export function printable(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, "?");
}

/** A frame's name as code of Markdown. */
export function frameCode(name: string): string {
  const text = printable(name).replaceAll("|", "\\|");
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}
