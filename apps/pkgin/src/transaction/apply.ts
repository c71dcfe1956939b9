import { refreshLocal } from "../catalogue/refresh-local.ts";
import type { Context } from "../context.ts";
import type { Incoming, Plan } from "../plan/plan.ts";
import { cachedFile } from "./cache.ts";
import { ErrorLog } from "./error-log.ts";
import { removalSteps } from "./remove-packages.ts";
import { type PhaseStep, runPhase } from "./run-phase.ts";

const DOING = { refresh: "refreshing", upgrade: "upgrading", install: "installing" } as const;

/**
 * Carries out a plan whose packages are all in the cache: removals first, then what comes in.
 *
 * @returns the exit status: 1 where something failed
 */
export async function applyPlan(context: Context, plan: Plan): Promise<number> {
  const log = new ErrorLog(context.locations.errorLog);
  try {
    const backend = await context.backend();
    const leaving = plan.outgoing.map(({ installed }) => installed.fullName);
    const removed = await runPhase(context, log, await removalSteps(context, leaving));
    const installed = await runPhase(context, log, await installationSteps(context, plan.incoming));
    const options = { stdout: 1, stderr: context.options.verbose ? 2 : log.fd, signal: context.signal };
    const rebuilt = await backend.rebuildTree(options);
    await refreshLocal(context, { force: context.options.force, verbose: true });
    return removed && installed && rebuilt.failure === undefined ? 0 : 1;
  } finally {
    log.close();
  }
}

async function installationSteps(context: Context, incoming: readonly Incoming[]): Promise<PhaseStep[]> {
  const backend = await context.backend();
  return incoming.map(({ action, remote, keep }) => ({
    doing: DOING[action],
    fullName: remote.fullName,
    change: (options) =>
      backend.add(cachedFile(context, remote), { ...options, fullName: remote.fullName, automatic: !keep }),
  }));
}
