import { rmSync } from "node:fs";
import { refreshLocal } from "../catalogue/refresh-local.ts";
import type { Context } from "../context.ts";
import type { Incoming, Plan } from "../plan/plan.ts";
import { type Arrival, EVERYTHING_IS_THERE } from "./arrival.ts";
import { cachedFile } from "./cache.ts";
import { ErrorLog } from "./error-log.ts";
import type { PlannedChange } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { incomingChange, outgoingChange } from "./planned-changes.ts";
import { type PhaseStep, runPhase } from "./run-phase.ts";
import { settle } from "./settle.ts";
import { takeAllBack } from "./take-all-back.ts";
import { tell } from "./tell.ts";
import { streamPackage } from "./stream-package.ts";

const DOING = { refresh: "refreshing", upgrade: "upgrading", install: "installing" } as const;

/** What is done besides installing and removing. */
export interface ApplyOptions {
  /** What installations wait for; by default all packages are in the cache. */
  readonly arrival?: Arrival;
  /** Full names of packages that are taken from the network as they are installed. Default: none. */
  readonly streamed?: ReadonlySet<string>;
  /** The lists of what needs what are made anew at the end. Default: true. */
  readonly rebuildTree?: boolean;
}

/** Packages that go, and packages that come in. */
export type Changes = Pick<Plan, "incoming" | "keeping"> & {
  readonly outgoing: readonly Pick<Plan["outgoing"][number], "installed" | "causes">[];
};

/**
 * Carries out a plan: removals first, then what comes in.
 *
 * @returns the exit status: 1 where something failed
 */
export async function applyPlan(
  context: Context,
  { incoming, outgoing, keeping = [] }: Changes,
  { arrival = EVERYTHING_IS_THERE, rebuildTree = true, streamed = new Set() }: ApplyOptions = {},
): Promise<number> {
  const log = new ErrorLog(context.locations.errorLog);
  try {
    const backend = await context.backend();
    const removals = outgoing.map(outgoingChange);
    const additions = incoming.map((entry) => ({ entry, change: incomingChange(entry) }));
    const ledger = await Ledger.begin(context, {
      changes: [...removals, ...additions.map(({ change }) => change)],
      keeping: keeping.map(({ fullName }) => fullName),
      room: incoming.reduce((total, { remote }) => total + (remote.sizePkg ?? 0n), 0n),
    });
    const steps = {
      removals: removalSteps(ledger, removals),
      additions: additionSteps(context, ledger, { additions, streamed }),
      arrival,
    };
    const isGood = await carefully(context, ledger, () => changeAll(context, { ledger, log, ...steps }));
    const rebuilt = rebuildTree ? await backend.rebuildTree(optionsFor(context, log)) : undefined;
    if (rebuilt?.failure !== undefined)
      context.output.err(`pkgin: who needs whom could not be recorded anew: ${rebuilt.failure}\n`);
    await refreshLocal(context, { force: context.options.force, verbose: true });
    return isGood && rebuilt?.failure === undefined ? 0 : 1;
  } finally {
    log.close();
  }
}

interface ChangeSteps {
  readonly ledger: Ledger;
  readonly log: ErrorLog;
  readonly removals: readonly PhaseStep[];
  readonly additions: readonly PhaseStep[];
  readonly arrival: Arrival;
}

/** Does what can be done of it, or where all is to be done or nothing takes back what was done. @returns true where all was */
async function changeAll(
  context: Context,
  { ledger, log, removals, additions, arrival }: ChangeSteps,
): Promise<boolean> {
  const backend = await context.backend();
  for (const fullName of ledger.keeping) await backend.setAutomatic(fullName, false);
  const isCleared = await runPhase(context, log, removals);
  const goesOn = isCleared || !ledger.isAtomic;
  const isGood = goesOn && (await runPhase(context, log, additions, arrival)) && isCleared;
  if (!ledger.isAtomic) await ledger.reviseRemovals(optionsFor(context, log));
  else if (!isGood) await takeAllBack(context, ledger, optionsFor(context, log));
  return isGood;
}

/** Ends the transaction however the work ends; where it is cut off, nothing is left half done. */
async function carefully(context: Context, ledger: Ledger, work: () => Promise<boolean>): Promise<boolean> {
  try {
    const isGood = await work();
    await ledger.end(isGood ? "done" : "failed");
    return isGood;
  } catch (error) {
    const settled = ledger.isAtomic
      ? takeAllBack(context, ledger, { stdout: 1, stderr: 2, signal: context.signal })
      : settle(context, ledger);
    await settled.catch((failure: unknown) => tell(context, (failure as Error).message));
    await ledger.end("interrupted");
    throw error;
  }
}

function optionsFor({ options, signal }: Context, log: ErrorLog) {
  return { stdout: 1, stderr: options.verbose ? 2 : log.fd, signal };
}

function removalSteps(ledger: Ledger, removals: readonly PlannedChange[]): PhaseStep[] {
  return removals.map((change) => ({
    doing: "removing",
    fullName: change.before?.fullName ?? "",
    change: (options) => ledger.remove(change, options),
  }));
}

function additionSteps(
  context: Context,
  ledger: Ledger,
  {
    additions,
    streamed,
  }: Pick<Required<ApplyOptions>, "streamed"> & {
    readonly additions: readonly { readonly entry: Incoming; readonly change: PlannedChange }[];
  },
): PhaseStep[] {
  return additions.map(({ entry: { action, remote, keep }, change }) => ({
    doing: DOING[action],
    fullName: remote.fullName,
    change: async (options) => {
      const file = cachedFile(context, remote);
      const bytes = streamed.has(remote.fullName) ? streamPackage(context, remote) : undefined;
      const how = { ...options, fullName: remote.fullName, automatic: !keep, bytes };
      const result = await ledger.add(change, file, how);
      if (context.options.noCache && result.failure === undefined) rmSync(file, { force: true });
      return result;
    },
  }));
}
