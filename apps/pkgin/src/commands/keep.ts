import { findInstalled } from "../catalogue/lookup.ts";
import { suggestInstalled } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";

/** Marks installed packages as wanted for themselves. */
export const keep: Command = (context, args) => mark(context, args, true);

/** Marks installed packages as wanted only for others. */
export const unkeep: Command = (context, args) => mark(context, args, false);

async function mark(context: Context, args: readonly string[], wanted: boolean) {
  const { db, options, output, backend } = context;
  const isEmpty = db.localPackages().length === 0;
  const marked: { readonly fullName: string; readonly keep: boolean }[] = [];
  let status = 0;
  for (const argument of args) {
    const installed = findInstalled(db, argument);
    if (installed === undefined) {
      if (!isEmpty) output.out(`no such installed package ${argument}\n`);
      suggestInstalled(context, argument);
      status = 1;
    } else if (installed.keep !== wanted) {
      output.out(`marking ${installed.fullName} as ${wanted ? "non " : ""}auto-removable\n`);
      await (await backend()).setAutomatic(installed.fullName, !wanted);
      db.setKeep(installed.fullName, wanted);
      marked.push({ fullName: installed.fullName, keep: wanted });
    }
  }
  if (options.json) output.json(marked);
  return status;
}
