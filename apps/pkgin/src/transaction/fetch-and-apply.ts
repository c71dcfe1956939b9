import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import type { Plan } from "../plan/plan.ts";
import { applyPlan } from "./apply.ts";
import { type Arrival, arrivalOf } from "./arrival.ts";
import { Downloads } from "./downloads.ts";
import { reportDownloads } from "./report-downloads.ts";
import { streamedPackages } from "./stream-package.ts";

/**
 * Downloads what a plan needs and carries it out, the one while the other goes on where that can be.
 *
 * @param needed what is not in the cache, in the order in which it is told of
 * @returns the exit status
 */
export async function fetchAndApply(
  context: Context,
  plan: Plan,
  needed: readonly RemotePackage[],
): Promise<number> {
  const { options } = context;
  const backend = await context.backend();
  if (plan.incoming.length > 0 && !options.downloadOnly) await backend.prepareToAdd();
  const streamed = await streamedPackages(context, backend, needed);
  const order = plan.incoming.map(({ remote }) => remote.fullName);
  const files = needed.filter(({ fullName }) => !streamed.has(fullName));
  const downloads = new Downloads(context, files, order);
  try {
    return await (mayOverlap(context, plan) ? applyMeanwhile : applyAfterwards)(context, plan, {
      downloads,
      streamed,
    });
  } finally {
    await downloads.stop();
  }
}

/**
 * Whether packages are installed while others are still on their way. Where a question may come, something goes first, or all is
 * to be taken back where something fails, nothing is changed before everything is there. Nor is it where each line is read when
 * it is written: what is done first would be told of last there.
 */
function mayOverlap({ options, output }: Context, { outgoing }: Plan): boolean {
  const isFollowed = options.lineBuffered && !output.isTerminal;
  const isSure = options.answers === "yes" && outgoing.length === 0;
  return isSure && !options.atomic && !options.downloadOnly && !isFollowed;
}

/** How the packages come. */
interface Coming {
  readonly downloads: Downloads;
  /** Full names of those that are taken from the network as they are installed. */
  readonly streamed: ReadonlySet<string>;
}

async function applyAfterwards(
  context: Context,
  plan: Plan,
  { downloads, streamed }: Coming,
): Promise<number> {
  const failed = await reportDownloads(context, downloads).failed;
  if (failed === undefined) return 1;
  const status = failed.size > 0 ? 1 : 0;
  const incoming = plan.incoming.filter(({ remote }) => !failed.has(remote.fullName));
  const coming = new Set(incoming.map(({ remote }) => remote.fullName));
  // What was to make way for something that does not come can stay.
  const outgoing = plan.outgoing.filter(
    ({ causes }) => causes.length === 0 || causes.some((fullName) => coming.has(fullName)),
  );
  const isAllGone = incoming.length === 0 && (failed.size > 0 || outgoing.length === 0);
  if (context.options.downloadOnly || isAllGone) return status;
  return (await applyPlan(context, { ...plan, incoming, outgoing }, { streamed })) || status;
}

/** Installs what has come while the rest is still on its way. */
async function applyMeanwhile(
  context: Context,
  plan: Plan,
  { downloads, streamed }: Coming,
): Promise<number> {
  const report = reportDownloads(context, downloads);
  const arrival = arrivalOf(downloads, report);
  if (await comesAny(plan, arrival)) {
    const status = await applyPlan(context, plan, { arrival, streamed });
    return (await report.failed)?.size === 0 ? status : 1;
  }
  await report.failed;
  return plan.incoming.length > 0 ? 1 : 0;
}

async function comesAny({ incoming }: Plan, { comes }: Arrival): Promise<boolean> {
  for (const { remote } of incoming) if (await comes(remote.fullName)) return true;
  return false;
}
