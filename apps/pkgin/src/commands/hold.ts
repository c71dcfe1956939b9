import type { LocalPackage } from "summary-to-sqlite";
import { allInstalled } from "../catalogue/lookup.ts";
import { suggestInstalled } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import { editLines } from "../config/edit-lines.ts";
import type { Context } from "../context.ts";

/** Pins installed packages to their versions, with a line in preferred.conf for each. */
export const hold: Command = (context, args) => {
  const { locations, options, output, preferences } = context;
  if (args.length === 0) return listHeld(context);
  const { found, status } = lookUp(context, args);
  const pins = found.map(pinOf).filter((pin) => preferences.patternFor(pin.name) !== pin.pattern);
  editLines(locations.preferredFile, (lines) => [...lines, ...pins.map(({ line }) => line)]);
  for (const { fullName } of pins) output.out(`holding ${fullName}\n`);
  if (options.json) output.json(pins.map(({ fullName, pattern }) => ({ fullName, pattern })));
  return status;
};

/** Takes pins of installed packages away again. */
export const unhold: Command = (context, args) => {
  const { locations, options, output } = context;
  const { found, status } = lookUp(context, args);
  const released = new Set<string>();
  editLines(locations.preferredFile, (lines) =>
    lines.filter((line) => {
      const held = found.find(({ name }) => isPinOf(name, line));
      if (held !== undefined) released.add(held.fullName);
      return held === undefined;
    }),
  );
  for (const fullName of released) output.out(`releasing ${fullName}\n`);
  if (options.json) output.json([...released].map((fullName) => ({ fullName })));
  return status;
};

function listHeld({ db, preferences, options, output }: Context): number {
  const held = db.localPackages().flatMap((entry) => {
    const pattern = preferences.patternFor(entry.name);
    return pattern === undefined ? [] : { fullName: entry.fullName, pattern };
  });
  if (options.json) output.json(held);
  else for (const { fullName, pattern } of held) output.out(`${fullName.padEnd(20)} ${pattern}\n`);
  return 0;
}

function lookUp(context: Context, args: readonly string[]): { found: LocalPackage[]; status: number } {
  const { db, output } = context;
  let status = 0;
  const found = args.flatMap((argument) => {
    const installed = allInstalled(db, argument);
    if (installed.length > 0) return installed;
    output.err(`no such installed package ${argument}\n`);
    suggestInstalled(context, argument);
    status = 1;
    return [];
  });
  return { found, status };
}

function pinOf({ name, version, fullName }: LocalPackage) {
  return { name, fullName, pattern: fullName, line: `${name}=${version}` };
}

/** Whether a line allows just one version of a package, as `hold` writes it; other rules are the user's. */
function isPinOf(name: string, line: string): boolean {
  return line.startsWith(`${name}=`) && /^[^*?[\]{}<>]+$/.test(line);
}
