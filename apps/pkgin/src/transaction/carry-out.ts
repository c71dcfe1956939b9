import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { keptLeaving } from "../plan/kept-leaving.ts";
import type { Incoming, Outgoing, Plan, UnmetRequirement } from "../plan/plan.ts";
import { findProblems } from "../plan/problems.ts";
import { Resolver } from "../plan/resolver.ts";
import { type PlanFacts, planJson } from "../report/plan-json.ts";
import { keptNote, lackingLine, problemLines } from "../report/plan-notes.ts";
import { downloadReport, planReport } from "../report/plan-report.ts";
import { proceed } from "../report/prompt.ts";
import { isCached } from "./cache.ts";
import { checkRoom } from "./check-room.ts";
import { lackingLibraries, unmetRequirements } from "./requirements.ts";

/** What there is besides the plan. */
export interface CarryOutOptions {
  /** What the plan was made with. Default: one of the catalogue. */
  readonly resolver?: Resolver;
  /** Called when everything has been done, and well; not where it was only downloaded. */
  readonly whenDone?: () => void | Promise<void>;
}

/**
 * Takes a plan to its end: checks that it can be met, shows it, asks, fetches, installs.
 *
 * @returns the exit status
 * @throws FatalError where there is not enough room, or the user would lose what is to be protected
 */
export async function carryOut(
  context: Context,
  wanted: Plan,
  { resolver = new Resolver(context.db, context.preferences), whenDone }: CarryOutOptions = {},
): Promise<number> {
  const { output, options, signal } = context;
  if (options.protectKept) refuseToLose(wanted.outgoing);
  const { plan, unmet } = withoutUnmet(context, wanted);
  const lacking = lackingLibraries(context, plan);
  output.err(lacking.map(lackingLine).join(""));
  const needed = await missingFromCache(context, plan.incoming);
  const sizes = checkRoom(context, plan, needed);
  if (options.json) {
    output.json(planJson({ ...plan, sizes, unmet, lacking, problems: findProblems(resolver, plan) }));
    return 0;
  }
  if (options.downloadOnly && needed.length === 0) {
    output.out("nothing to do.\n");
    return 0;
  }
  show(context, { ...plan, sizes, unmet, needed });
  if (output.isTerminal) output.err(findProblems(resolver, plan).map(problemLines).join(""));
  if (options.dryRun) return 0;
  if (!(await proceed({ output, answers: options.answers, byDefault: true, signal }))) return 0;
  // Loaded only now: to show a plan takes far less.
  const { fetchAndApply } = await import("./fetch-and-apply.ts");
  const status = await fetchAndApply(context, plan, needed);
  if (context.integrity.isShown) {
    for (const line of context.integrity.verified) output.out(`${line}\n`);
  }
  if (status === 0 && !options.downloadOnly) await whenDone?.();
  // On a terminal it was said before.
  else if (status !== 0 && !output.isTerminal)
    output.err(findProblems(resolver, plan).map(problemLines).join(""));
  return status;
}

/** Takes packages out that need a library of the system which is not there. */
function withoutUnmet(context: Context, wanted: Plan): { plan: Plan; unmet: readonly UnmetRequirement[] } {
  const unmet = unmetRequirements(context, wanted.incoming);
  for (const { file, fullName } of unmet) {
    context.output.out(`${file}, needed by ${fullName} is not present in this system.\n`);
  }
  const lacking = new Set(unmet.map(({ fullName }) => fullName));
  const incoming = wanted.incoming.filter(({ remote }) => !lacking.has(remote.fullName));
  return { plan: { ...wanted, incoming }, unmet };
}

function refuseToLose(outgoing: readonly Outgoing[]): void {
  const [first] = keptLeaving(outgoing);
  if (first === undefined) return;
  const { installed, causes } = first;
  throw new FatalError(
    `${installed.fullName} is kept by you, and would have to make way for ${causes.join(" and ")}, with which it conflicts: unkeep or remove it, or leave out protect-kept`,
  );
}

function show(
  { output, options }: Context,
  shown: Plan & Pick<PlanFacts, "sizes" | "unmet"> & { readonly needed: readonly RemotePackage[] },
): void {
  const { sizes, unmet, needed } = shown;
  const layout = { columns: output.columns, onePerLine: options.answers === "no" };
  const names = needed.map(({ fullName }) => fullName);
  output.out(
    options.downloadOnly
      ? downloadReport(names, sizes.download, layout)
      : planReport(shown, sizes, unmet, layout),
  );
  if (!output.isTerminal) return;
  output.out(keptNote(keptLeaving(shown.outgoing).map(({ installed }) => installed.fullName)));
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
