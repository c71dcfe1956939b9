import type { RemotePackage } from "summary-to-sqlite";
import { hasAvailable } from "../catalogue/has-available.ts";
import { findRemote } from "../catalogue/lookup.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { Resolver } from "../plan/resolver.ts";

const EMPTY = "empty available packages list\n";

/** Lists what a remote package needs directly, as far as it is available. */
export const showDeps: Command = (context, [wanted = ""]) => {
  const { db, output, preferences } = context;
  const remote = findRemote(db, wanted);
  if (remote === undefined) {
    if (!isEmpty(context)) return unavailable(context, wanted);
    output.out(EMPTY);
    return 1;
  }
  const found = new Map<string, string>();
  for (const { entry, pattern } of needs(new Resolver(db, preferences), context, remote)) {
    found.set(entry.fullName, pattern);
  }
  if (context.options.json) return printJson(context, [found]);
  if (found.size > 0) output.out(`direct dependencies for ${remote.fullName}\n`);
  print(context, found);
  return 0;
};

/** Lists all that a remote package needs, what is furthest from it first. */
export const showFullDeps: Command = (context, [wanted = ""]) => {
  const { db, output, preferences } = context;
  const remote = findRemote(db, wanted);
  if (remote === undefined) {
    if (isEmpty(context)) throw new FatalError(EMPTY);
    return unavailable(context, wanted);
  }
  const levels = levelsBelow(new Resolver(db, preferences), context, remote);
  if (context.options.json) return printJson(context, levels.toReversed());
  output.out(`full dependency tree for ${remote.fullName}\n`);
  for (const level of levels.toReversed()) print(context, level);
  return 0;
};

/** What is needed at each distance: full names, and the pattern that means each. A package is where it was first met. */
function levelsBelow(resolver: Resolver, context: Context, remote: RemotePackage): Map<string, string>[] {
  const seen = new Set([remote.fullName]);
  const levels: Map<string, string>[] = [];
  for (let parents = [remote]; parents.length > 0;) {
    const level = new Map<string, string>();
    const next: RemotePackage[] = [];
    for (const { entry, pattern } of parents.flatMap((parent) => needs(resolver, context, parent))) {
      if (seen.has(entry.fullName)) continue;
      seen.add(entry.fullName);
      level.set(entry.fullName, pattern);
      next.push(entry);
    }
    levels.push(level);
    parents = next;
  }
  return levels;
}

function needs(
  resolver: Resolver,
  { db }: Context,
  { id }: RemotePackage,
): { entry: RemotePackage; pattern: string }[] {
  return db.remoteDependencies(id).flatMap((pattern) => {
    const entry = resolver.best(pattern);
    return entry === undefined ? [] : { entry, pattern };
  });
}

function print({ options, output }: Context, found: ReadonlyMap<string, string>): void {
  for (const [fullName, pattern] of found) output.out(`\t${options.versions ? fullName : pattern}\n`);
}

function printJson({ output }: Context, levels: readonly ReadonlyMap<string, string>[]): number {
  const entries = levels.flatMap((level) => [...level]);
  output.json(entries.map(([fullName, pattern]) => ({ pattern, fullName })));
  return 0;
}

function isEmpty({ db }: Context): boolean {
  return !hasAvailable(db);
}

function unavailable(context: Context, wanted: string): number {
  if (context.options.json) printJson(context, []);
  context.output.err(`${wanted} is not available in the repository\n`);
  suggestRemote(context, wanted);
  return 1;
}
