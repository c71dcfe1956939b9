import { findRemote } from "../catalogue/lookup.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import { Resolver } from "../plan/resolver.ts";

/** Lists what a remote package needs directly, as far as it is available. */
export const showDeps: Command = (context, [wanted = ""]) => {
  const { db, options, output, preferences } = context;
  const remote = findRemote(db, wanted);
  if (remote === undefined) {
    if (db.statistics().available === 0) output.out("empty available packages list\n");
    else {
      output.err(`${wanted} is not available in the repository\n`);
      suggestRemote(context, wanted);
    }
    return 1;
  }
  const lines = dependencyLines(new Resolver(db, preferences), db.remoteDependencies(remote.id));
  if (lines.size > 0) output.out(`direct dependencies for ${remote.fullName}\n`);
  for (const [fullName, pattern] of lines) output.out(`\t${options.versions ? fullName : pattern}\n`);
  return 0;
};

/** What patterns come to: full names of packages, each once, and the last pattern that means it. */
function dependencyLines(resolver: Resolver, patterns: readonly string[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const pattern of patterns) {
    const best = resolver.best(pattern);
    if (best !== undefined) lines.set(best.fullName, pattern);
  }
  return lines;
}
