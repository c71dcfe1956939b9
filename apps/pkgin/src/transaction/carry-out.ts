import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import type { Incoming, Plan } from "../plan/plan.ts";
import { planJson } from "../report/plan-json.ts";
import { downloadReport, planReport } from "../report/plan-report.ts";
import { proceed } from "../report/prompt.ts";
import { applyPlan } from "./apply.ts";
import { isCached } from "./cache.ts";
import { type Arrival, arrivalOf } from "./arrival.ts";
import { Downloads } from "./downloads.ts";
import { isLocal } from "./fetch-package.ts";
import { reportDownloads } from "./report-downloads.ts";
import { unmetRequirements } from "./requirements.ts";
import { checkSpace } from "./space.ts";

/**
 * Takes a plan to its end: checks that it can be met, shows it, asks, fetches, installs.
 *
 * @returns the exit status
 * @throws FatalError where there is not enough room
 */
export async function carryOut(context: Context, wanted: Plan): Promise<number> {
  const { output, options } = context;
  const unmet = unmetRequirements(context, wanted.incoming);
  for (const { file, fullName } of unmet) {
    output.out(`${file}, needed by ${fullName} is not present in this system.\n`);
  }
  const lacking = new Set(unmet.map(({ fullName }) => fullName));
  const plan = { ...wanted, incoming: wanted.incoming.filter(({ remote }) => !lacking.has(remote.fullName)) };

  const needed = await missingFromCache(context, plan.incoming);
  const toFetch = needed.filter(({ repository }) => !isLocal(repository));
  const sizes = { download: sum(toFetch.map(({ fileSize }) => fileSize ?? 0n)), disk: growth(plan.incoming) };
  checkSpace(context.locations.cache, "download", sizes.download);
  checkSpace(context.locations.destdir + context.locations.prefix, "installation", sizes.disk);
  if (options.downloadOnly && needed.length === 0) {
    output.out("nothing to do.\n");
    return 0;
  }
  if (options.json) {
    output.json(planJson({ ...plan, sizes, unmet }));
    return 0;
  }
  const layout = { columns: output.columns, onePerLine: options.answers === "no" };
  const names = needed.map(({ fullName }) => fullName);
  output.out(
    options.downloadOnly
      ? downloadReport(names, sizes.download, layout)
      : planReport(plan, sizes, unmet, layout),
  );
  if (options.dryRun) return 0;
  const status = await fetchAndApply(context, plan, needed);
  if (context.integrity.isShown) {
    for (const line of context.integrity.verified) output.out(`${line}\n`);
  }
  return status;
}

async function fetchAndApply(
  context: Context,
  plan: Plan,
  needed: readonly RemotePackage[],
): Promise<number> {
  const { output, options, signal } = context;
  if (!(await proceed({ output, answers: options.answers, byDefault: true, signal }))) return 0;
  const order = plan.incoming.map(({ remote }) => remote.fullName);
  const downloads = new Downloads(context, needed, order);
  try {
    // Where a question may come, or something goes first, nothing is changed before everything is there.
    const mayOverlap = options.answers === "yes" && plan.outgoing.length === 0 && !options.downloadOnly;
    return await (mayOverlap ? applyMeanwhile : applyAfterwards)(context, plan, downloads);
  } finally {
    await downloads.stop();
  }
}

async function applyAfterwards(context: Context, plan: Plan, downloads: Downloads): Promise<number> {
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
  return (await applyPlan(context, { ...plan, incoming, outgoing })) || status;
}

/** Installs what has come while the rest is still on its way. */
async function applyMeanwhile(context: Context, plan: Plan, downloads: Downloads): Promise<number> {
  const report = reportDownloads(context, downloads);
  const arrival = arrivalOf(downloads, report);
  if (await comesAny(plan, arrival)) {
    const status = await applyPlan(context, plan, { arrival });
    return (await report.failed)?.size === 0 ? status : 1;
  }
  await report.failed;
  return plan.incoming.length > 0 ? 1 : 0;
}

async function comesAny({ incoming }: Plan, { comes }: Arrival): Promise<boolean> {
  for (const { remote } of incoming) if (await comes(remote.fullName)) return true;
  return false;
}

/** What is not in the cache, sorted by the bytes of the full names. */
async function missingFromCache(
  context: Context,
  incoming: readonly Incoming[],
): Promise<readonly RemotePackage[]> {
  const missing: RemotePackage[] = [];
  for (const { remote } of incoming) {
    if (!(await isCached(context, remote))) missing.push(remote);
  }
  return missing.toSorted((a, b) => Buffer.compare(Buffer.from(a.fullName), Buffer.from(b.fullName)));
}

/** By how many bytes the installed files grow; what is only removed does not count. */
function growth(incoming: readonly Incoming[]): bigint {
  return sum(incoming.map(({ remote, installed }) => (remote.sizePkg ?? 0n) - (installed?.sizePkg ?? 0n)));
}

function sum(numbers: readonly bigint[]): bigint {
  return numbers.reduce((total, next) => total + next, 0n);
}
