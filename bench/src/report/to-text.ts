import type { Result } from "../harness/run-bench.ts";
import { notesOf, tableOf } from "./table.ts";

/** A bench's result for a terminal. */
export function toText(result: Result): string {
  const table = tableOf(result);
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => lengthIn(row, column))));
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${result.title}\n\n${lines.map((line) => `  ${line}\n`).join("")}\n${notesOf(result)
    .map((note) => `  ${note}\n`)
    .join("")}`;
}

/** A failure may be long, and does not widen its column. */
function lengthIn(row: readonly string[], column: number): number {
  const cell = row[column] ?? "";
  return column === 1 && row.length > 2 && row[3] === "" ? 0 : cell.length;
}
