import { isPackageFile } from "../catalogue/is-package-file.ts";
import { hasAvailable } from "../catalogue/has-available.ts";
import { findInstalled } from "../catalogue/lookup.ts";
import { suggestInstalled, suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import type { Plan, Unavailable } from "../plan/plan.ts";
import { planCoreTools } from "../plan/plan-core-tools.ts";
import { planInstall } from "../plan/plan-install.ts";
import { planUpgrade } from "../plan/plan-upgrade.ts";
import { Resolver } from "../plan/resolver.ts";
import { planJson } from "../report/plan-json.ts";
import { tracePlan } from "../report/trace.ts";
import { FatalError } from "../fatal-error.ts";
import { carryOut } from "../transaction/carry-out.ts";

const TOOLS_UPGRADED = `Package tools were upgraded.  Re-run "pkgin upgrade" to complete the upgrade.\n`;
const NOTHING = { sizes: { download: 0n, disk: 0n }, unmet: [], lacking: [], problems: [] };
const EMPTY = { ...NOTHING, incoming: [], outgoing: [], unavailable: [] };

/** Installs packages, or upgrades them, with all that they need. */
export const install: Command = async (context, args) => {
  if (!args.some(isPackageFile)) return change(context, (resolver) => planInstall(resolver, args));
  const { FileResolver } = await import("../plan/file-resolver.ts");
  const { withPackageFiles } = await import("../transaction/with-package-files.ts");
  const { refuseUnmetFiles } = await import("../transaction/refuse-unmet-files.ts");
  return withPackageFiles(context, args, (files, names) => {
    const resolver = new FileResolver(context.db, context.preferences, files);
    const plan = calculate(context, () => planInstall(resolver, names));
    const nameOf = (fullName: string) => args[names.indexOf(fullName)] ?? fullName;
    refuseUnmetFiles(resolver, plan, { files, nameOf });
    return carryOutPlan(context, resolver, plan);
  });
};

/** Upgrades everything that is installed, or the packages named; the package tools themselves first. */
export const upgrade: Command = async (context, args) => {
  const { db, output, preferences } = context;
  if (db.localPackages().length === 0) throw new FatalError("empty local package list.");
  if (args.length > 0) return upgradeSome(context, args);
  const resolver = new Resolver(db, preferences);
  const tools = hasAvailable(db) ? planCoreTools(resolver) : undefined;
  if (tools === undefined) return change(context, planUpgrade);
  return carryOut(context, tools, { resolver, whenDone: () => output.out(TOOLS_UPGRADED) });
};

async function upgradeSome(context: Context, args: readonly string[]): Promise<number> {
  const { db, output } = context;
  const only = args.map((argument) => {
    const installed = findInstalled(db, argument);
    if (installed !== undefined) return installed;
    output.err(`no such installed package ${argument}\n`);
    suggestInstalled(context, argument);
    return undefined;
  });
  const found = only.filter((entry) => entry !== undefined);
  const status = await change(context, (resolver) => planUpgrade(resolver, found));
  return found.length < only.length ? 1 : status;
}

async function change(context: Context, makePlan: (resolver: Resolver) => Plan): Promise<number> {
  const { db, options, output, preferences } = context;
  if (!hasAvailable(db)) {
    output.out("empty available packages list\n");
    if (options.json) output.json(planJson(EMPTY));
    return 1;
  }
  const resolver = new Resolver(db, preferences);
  return carryOutPlan(
    context,
    resolver,
    calculate(context, () => makePlan(resolver)),
  );
}

async function carryOutPlan(context: Context, resolver: Resolver, plan: Plan): Promise<number> {
  const { options, output } = context;
  if (options.trace !== undefined) tracePlan(options.trace, plan);
  const status = plan.unavailable.length > 0 ? 1 : 0;
  if (plan.incoming.length === 0 && plan.outgoing.length === 0) {
    output.out("nothing to do.\n");
    if (options.json) output.json(planJson({ ...plan, ...NOTHING }));
    return status;
  }
  return (await carryOut(context, plan, { resolver })) || status;
}

/** Makes a plan between the words that tell of it, and names what cannot be had. */
function calculate(context: Context, makePlan: () => Plan): Plan {
  const { output } = context;
  const isDrawn = output.canRedraw;
  output.draw(isDrawn ? "\rcalculating dependencies...-" : "calculating dependencies...");
  const plan = makePlan();
  // On a terminal the line is cleared, so that a message does not stand behind it.
  if (plan.unavailable.length > 0 && isDrawn) output.draw("\r\u001b[K");
  for (const entry of plan.unavailable) reportUnavailable(context, entry);
  output.draw(isDrawn ? "\rcalculating dependencies...done.\n" : "done.\n");
  return plan;
}

function reportUnavailable(context: Context, { argument, preferred }: Unavailable): void {
  const { output } = context;
  if (preferred !== undefined) {
    output.err(`No ${argument} package available that satisfies preferred match ${preferred}\n`);
    return;
  }
  output.err(`${argument} is not available in the repository\n`);
  const installed = findInstalled(context.db, argument);
  if (installed === undefined) suggestRemote(context, argument);
  else if (output.errorIsTerminal)
    output.err(`${installed.fullName} is installed and stays, but no repository has it any more\n`);
}
