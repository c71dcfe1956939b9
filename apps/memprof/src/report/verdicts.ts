import type { BudgetResult } from "dtrace-tools";

/** What came of checking one command. */
export interface Verdict {
  readonly name: string;
  readonly command: readonly string[];
  /** Why it could not be measured; undefined where it was. */
  readonly error: string | undefined;
  readonly results: readonly BudgetResult[];
  /** How long its runs took together. */
  readonly milliseconds: number;
}

/** Writes verdicts for a person, a line for each budget. */
export function* checkText(verdicts: readonly Verdict[]): Generator<string> {
  for (const { name, command, error, results } of verdicts) {
    const text = command.join(" ");
    yield name === text ? `${name}\n` : `${name}: ${text}\n`;
    if (error !== undefined) yield `  fail  ${error}\n`;
    for (const { kept, message } of results) yield `  ${kept ? "ok  " : "over"}  ${message}\n`;
  }
  const all = verdicts.flatMap(({ results }) => results);
  const over = all.filter(({ kept }) => !kept).length;
  const failed = verdicts.filter(({ error }) => error !== undefined).length;
  const rest = failed === 0 ? "" : `, ${failed} of ${verdicts.length} commands could not be measured`;
  yield `${all.length - over} of ${all.length} budgets kept${rest}\n`;
}

/** Writes verdicts as JUnit's XML, a test for each budget. */
export function* junit(verdicts: readonly Verdict[]): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
  for (const { name, error, results, milliseconds } of verdicts) {
    const counts = {
      tests: results.length + (error === undefined ? 0 : 1),
      failures: results.filter(({ kept }) => !kept).length,
      errors: error === undefined ? 0 : 1,
      time: (milliseconds / 1000).toFixed(3),
    };
    const numbers = Object.entries(counts).map(([key, value]) => ` ${key}="${value}"`);
    yield `<testsuite name="${escape(name)}"${numbers.join("")}>\n`;
    if (error !== undefined) yield testcase(name, "measurement", `<error message="${escape(error)}"/>`);
    for (const { kept, name: budget, message } of results) {
      yield testcase(name, budget, kept ? "" : `<failure message="${escape(message)}"/>`);
    }
    yield "</testsuite>\n";
  }
  yield "</testsuites>\n";
}

/** Writes what was exceeded as commands of a GitHub workflow, which shows them beside the change. */
export function* annotations(verdicts: readonly Verdict[]): Generator<string> {
  for (const { name, error, results } of verdicts) {
    const problems = results.filter(({ kept }) => !kept).map(({ message }) => message);
    for (const problem of error === undefined ? problems : [error]) {
      yield `::error title=${workflowText(`memory of ${name}`)}::${workflowText(problem)}\n`;
    }
  }
}

function testcase(name: string, budget: string, inside: string): string {
  const open = `<testcase classname="memprof.${escape(name)}" name="${escape(budget)}"`;
  return inside === "" ? `${open}/>\n` : `${open}>${inside}</testcase>\n`;
}

function workflowText(text: string): string {
  return text.replaceAll(
    /[%\r\n:,]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Control characters, which XML cannot have, become question marks. */
function escape(text: string): string {
  const codes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]|\p{Cc}/gu, (sign) => codes[sign] ?? "?");
}
