import { verbs } from "./cli.ts";

/** The usage text: a line on the options, then every verb with its short name. Scripts compare it, so it is fixed. */
export function usage(): string {
  const lines = verbs
    .filter((verb) => !verb.hidden)
    .map((verb) => `${verb.name.padEnd(19)} (${verb.alias.padEnd(4)}) - ${verb.summary}\n`);
  return `Usage: pkgin [-46cdfhlnPtvVy] command [package ...]\n\nCommands and shortcuts:\n${lines.join("")}`;
}
