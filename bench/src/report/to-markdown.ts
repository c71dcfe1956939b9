import type { Result } from "../harness/run-bench.ts";
import type { Machine } from "./machine.ts";
import { notesOf, tableOf } from "./table.ts";

/** A whole run for a file: when, where and with what, then a table for each bench. */
export function toMarkdown(machine: Machine, results: readonly Result[]): string {
  const facts = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    "# Results of the last run",
    `${machine.date}, ${machine.processors} x ${machine.processor}, ${machine.memory} of memory, ${machine.system}.`,
    `The catalogue is ${machine.summary}. Times are those of whole processes, medians of ${results[0]?.rounds ?? 0} runs taken in turns;`,
    `"over idle" is the peak memory beyond that of \`node -e 0\`.`,
    `Versions: ${facts.join(", ")}.`,
    ...results.map(section),
  ].join("\n\n");
}

function section(result: Result): string {
  const [heading = [], ...rows] = tableOf(result);
  const rule = heading.map((_, column) => (column === 0 ? "---" : "---:"));
  const table = [tableRow(heading), `|${rule.join("|")}|`, ...rows.map(tableRow)].join("\n");
  return `## ${result.title}\n\n${table}\n\n${notesOf(result).join("\n")}`.trimEnd() + "\n";
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
