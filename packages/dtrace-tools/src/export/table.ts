import type { Profile, ProfileNode } from "../profile.ts";

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

/** The frames with the largest values, by their own value first, then with what they call. */
export function topFrames(profile: Profile, options: TableOptions = {}): TopFrame[] {
  const frames = new Map<string, { name: string; self: number; total: number }>();
  const above = new Map<string, number>();
  const walk = (node: ProfileNode): void => {
    const frame = frames.get(node.name) ?? { name: node.name, self: 0, total: 0 };
    frames.set(node.name, frame);
    const depth = above.get(node.name) ?? 0;
    frame.self += node.self;
    if (depth === 0) frame.total += node.total;
    above.set(node.name, depth + 1);
    for (const child of node.children) walk(child);
    above.set(node.name, depth);
  };
  for (const child of profile.tree().children) walk(child);
  return [...frames.values()]
    .toSorted((a, b) => b.self - a.self || b.total - a.total || (a.name < b.name ? -1 : 1))
    .slice(0, options.limit ?? 20);
}

/** Writes the frames with the largest values as a table: own value, value with what is called, name. */
export function toTable(profile: Profile, options: TableOptions = {}): string {
  const { total, unit } = profile;
  const percent = (value: number): string => `${((value * 100) / Math.max(total, 1)).toFixed(1)}%`;
  const rows = topFrames(profile, options).map((frame) => [
    String(frame.self),
    percent(frame.self),
    String(frame.total),
    percent(frame.total),
    // What a traced program is called must not act on the terminal or the page.
    frame.name.replaceAll(/\p{Cc}/gu, "?"),
  ]);
  const heading = [`self ${unit}`, "%", `total ${unit}`, "%", "frame"];
  return options.style === "markdown" ? markdown(heading, rows) : plain([heading, ...rows]);
}

function plain(rows: readonly string[][]): string {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "))
    .map((line) => `${line}\n`)
    .join("");
}

function markdown(heading: string[], rows: readonly string[][]): string {
  const body = rows.map((row) => markdownRow([...row.slice(0, 4), code(row[4] ?? "")]));
  return `${markdownRow(heading)}|--:|--:|--:|--:|---|\n${body.join("")}`;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function code(name: string): string {
  const text = name.replaceAll("|", "\\|");
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
