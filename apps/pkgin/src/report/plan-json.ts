import type { LocalPackage } from "summary-to-sqlite";
import type { LackingLibraries, Plan, UnmetRequirement } from "../plan/plan.ts";
import type { Problem } from "../plan/problems.ts";
import type { PlanSizes } from "./plan-report.ts";

/** What is known of a plan when it is shown. */
export interface PlanFacts extends Plan {
  readonly sizes: PlanSizes;
  readonly unmet: readonly UnmetRequirement[];
  readonly lacking: readonly LackingLibraries[];
  /** What the plan cannot bring about, or would break. */
  readonly problems: readonly Problem[];
}

/** A plan for JSON: packages in the order in which they go and come; sizes are bytes. */
export function planJson(plan: PlanFacts): unknown {
  const { incoming, outgoing, keeping = [], unavailable, sizes, unmet, lacking, problems } = plan;
  return {
    remove: outgoing.map(({ installed, reason }) => ({ ...leaving(installed), reason })),
    install: incoming.map(({ action, remote, installed, keep }) => ({
      action,
      fullName: remote.fullName,
      replaces: installed?.fullName,
      keep,
      repository: remote.repository,
      fileSize: remote.fileSize,
      installedSize: remote.sizePkg,
    })),
    keep: keeping.map(({ fullName }) => fullName),
    unavailable,
    unmet,
    warnings: lacking.map(({ fullName, files }) => ({ fullName, requires: files })),
    problems,
    download: sizes.download,
    disk: sizes.disk,
  };
}

/** A removal that was asked for, for JSON, in the same form. */
export function removalJson(packages: readonly LocalPackage[], reason: string): unknown {
  const disk = packages.reduce((total, { sizePkg }) => total - (sizePkg ?? 0n), 0n);
  const remove = packages.map((installed) => ({ ...leaving(installed), reason }));
  const nothing = { install: [], keep: [], unavailable: [], unmet: [], warnings: [], problems: [] };
  return { remove, ...nothing, download: 0, disk };
}

function leaving({ fullName, keep, sizePkg }: LocalPackage) {
  return { fullName, keep, installedSize: sizePkg };
}
