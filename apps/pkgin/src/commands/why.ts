import type { LocalPackage } from "summary-to-sqlite";
import { findInstalled } from "../catalogue/lookup.ts";
import { suggestInstalled } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";

/** Tells why a package is installed: the chains that lead to it from what the user keeps. */
export const why: Command = (context, [wanted = ""]) => {
  const { db, options, output } = context;
  const installed = findInstalled(db, wanted);
  if (installed === undefined) {
    output.err(`no such installed package ${wanted}\n`);
    suggestInstalled(context, wanted);
    if (options.json) output.json({ fullName: null, keep: false, chains: [] });
    return 1;
  }
  const { fullName, keep } = installed;
  const chains = chainsTo(context, installed);
  if (options.json) {
    output.json({ fullName, keep, chains });
    return 0;
  }
  if (keep) output.out(`${fullName} is kept: it was asked for\n`);
  for (const chain of chains) output.out(`${chain.join(" needs ")}\n`);
  if (!keep && chains.length === 0) output.out(`${fullName} is needed by nothing that is kept\n`);
  return 0;
};

/** For each kept package that needs this one the shortest way to it, from the kept one on. */
function chainsTo({ db }: Context, { fullName: target }: LocalPackage): string[][] {
  const next = new Map<string, string | undefined>([[target, undefined]]);
  const chains: string[][] = [];
  // A map grows while it is walked, so this goes on until nothing new comes.
  for (const fullName of next.keys()) {
    if (fullName !== target && db.localFull(fullName)?.keep === true) chains.push(follow(fullName, next));
    for (const dependent of db.dependentsOf(fullName)) {
      if (!next.has(dependent)) next.set(dependent, fullName);
    }
  }
  return chains;
}

function follow(start: string, next: ReadonlyMap<string, string | undefined>): string[] {
  const chain: string[] = [];
  for (let each: string | undefined = start; each !== undefined; each = next.get(each)) chain.push(each);
  return chain;
}
