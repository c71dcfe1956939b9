import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import type { Incoming, Plan } from "../plan/plan.ts";
import { downloadReport, planReport } from "../report/plan-report.ts";
import { proceed } from "../report/prompt.ts";
import { applyPlan } from "./apply.ts";
import { isCached } from "./cache.ts";
import { downloadPackages, isLocal } from "./download.ts";
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
  const layout = { columns: output.columns, onePerLine: options.answers === "no" };
  const names = needed.map(({ fullName }) => fullName);
  output.out(
    options.downloadOnly
      ? downloadReport(names, sizes.download, layout)
      : planReport(plan, sizes, unmet, layout),
  );
  return fetchAndApply(context, plan, needed);
}

async function fetchAndApply(
  context: Context,
  plan: Plan,
  needed: readonly RemotePackage[],
): Promise<number> {
  const { output, options, signal } = context;
  if (!(await proceed({ output, answers: options.answers, byDefault: true, signal }))) return 0;
  const failed = await downloadPackages(context, needed);
  if (failed === undefined) return 1;
  const status = failed.size > 0 ? 1 : 0;
  const incoming = plan.incoming.filter(({ remote }) => !failed.has(remote.fullName));
  const isAllGone = incoming.length === 0 && (failed.size > 0 || plan.outgoing.length === 0);
  if (options.downloadOnly || isAllGone) return status;
  return (await applyPlan(context, { ...plan, incoming })) || status;
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
