import { isPackageFile } from "../catalogue/is-package-file.ts";
import { hasAvailable } from "../catalogue/has-available.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import type { Plan, Unavailable } from "../plan/plan.ts";
import { planInstall } from "../plan/plan-install.ts";
import { planUpgrade } from "../plan/plan-upgrade.ts";
import { Resolver } from "../plan/resolver.ts";
import { planJson } from "../report/plan-json.ts";
import { tracePlan } from "../report/trace.ts";
import { FatalError } from "../fatal-error.ts";
import { carryOut } from "../transaction/carry-out.ts";

const NOTHING = { download: 0n, disk: 0n };

/** Installs packages, or upgrades them, with all that they need. */
export const install: Command = async (context, args) => {
  if (!args.some(isPackageFile)) return change(context, (resolver) => planInstall(resolver, args));
  const { FileResolver } = await import("../plan/file-resolver.ts");
  const { withPackageFiles } = await import("../transaction/with-package-files.ts");
  return withPackageFiles(context, args, (files, names) => {
    const resolver = new FileResolver(context.db, context.preferences, files);
    return carryOutPlan(context, () => planInstall(resolver, names));
  });
};

/** Upgrades everything that is installed. */
export const upgrade: Command = (context) => {
  if (context.db.localPackages().length === 0) throw new FatalError("empty local package list.");
  return change(context, planUpgrade);
};

async function change(context: Context, makePlan: (resolver: Resolver) => Plan): Promise<number> {
  const { db, output, preferences } = context;
  if (!hasAvailable(db)) {
    output.out("empty available packages list\n");
    return 1;
  }
  return carryOutPlan(context, () => makePlan(new Resolver(db, preferences)));
}

async function carryOutPlan(context: Context, makePlan: () => Plan): Promise<number> {
  const { options, output } = context;
  const plan = calculate(context, makePlan);
  if (options.trace !== undefined) tracePlan(options.trace, plan);
  const status = plan.unavailable.length > 0 ? 1 : 0;
  if (plan.incoming.length === 0 && plan.outgoing.length === 0) {
    output.out("nothing to do.\n");
    if (options.json) output.json(planJson({ ...plan, sizes: NOTHING, unmet: [] }));
    return status;
  }
  return (await carryOut(context, plan)) || status;
}

/** Makes a plan between the words that tell of it, and names what cannot be had. */
function calculate(context: Context, makePlan: () => Plan): Plan {
  const { output } = context;
  output.out(output.isTerminal ? "\rcalculating dependencies...-" : "calculating dependencies...");
  const plan = makePlan();
  // On a terminal the line is cleared, so that a message does not stand behind it.
  if (plan.unavailable.length > 0 && output.isTerminal) output.out("\r\u001b[K");
  for (const entry of plan.unavailable) reportUnavailable(context, entry);
  output.out(output.isTerminal ? "\rcalculating dependencies...done.\n" : "done.\n");
  return plan;
}

function reportUnavailable(context: Context, { argument, preferred }: Unavailable): void {
  const { output } = context;
  if (preferred !== undefined) {
    output.err(`No ${argument} package available that satisfies preferred match ${preferred}\n`);
    return;
  }
  output.err(`${argument} is not available in the repository\n`);
  suggestRemote(context, argument);
}
