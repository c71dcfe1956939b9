import { findInstalled } from "../catalogue/lookup.ts";
import { suggestInstalled } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";

/** Lists the installed packages that need an installed one, directly or not, what is furthest from it first. */
export const showRevDeps: Command = (context, [wanted = ""]) => {
  const { db, options, output } = context;
  const installed = findInstalled(db, wanted);
  if (installed === undefined) {
    output.err(`no such installed package ${wanted}\n`);
    suggestInstalled(context, wanted);
    if (options.json) output.json([]);
    return 1;
  }
  const found = new Set([installed.fullName]);
  // A set grows while it is walked, so this goes on until nothing new comes.
  for (const fullName of found) {
    for (const dependent of db.dependentsOf(fullName)) found.add(dependent);
  }
  const dependents = [...found].slice(1).toReversed();
  if (options.json) {
    output.json(dependents);
    return 0;
  }
  output.out(`local reverse dependency tree for ${installed.fullName}\n`);
  for (const fullName of dependents) output.out(`\t${fullName}\n`);
  return 0;
};
