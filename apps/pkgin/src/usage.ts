import { contractVerbs } from "./verbs/contract-verbs.ts";

/** The usage text: a line on the options, then the verbs with their short names. Scripts compare it, so it is fixed. */
export function usage(): string {
  const lines = contractVerbs
    .filter((verb) => verb.hidden !== true)
    .map(({ name, alias = "", summary }) => `${name.padEnd(19)} (${alias.padEnd(4)}) - ${summary}\n`);
  return `Usage: pkgin [-46cdfhlnPtvVy] command [package ...]\n\nCommands and shortcuts:\n${lines.join("")}`;
}
