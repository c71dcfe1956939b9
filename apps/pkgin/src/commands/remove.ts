import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LocalPackage } from "summary-to-sqlite";
import { findInstalled } from "../catalogue/lookup.ts";
import { suggestInstalled } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { keptBeyond } from "../plan/kept-leaving.ts";
import { planAutoremove, planRemoval } from "../plan/plan-removal.ts";
import { Resolver } from "../plan/resolver.ts";
import { removalJson } from "../report/plan-json.ts";
import { keptNote } from "../report/plan-notes.ts";
import { byteSorted, nameList } from "../report/plan-report.ts";
import { proceed } from "../report/prompt.ts";
import { applyPlan } from "../transaction/apply.ts";

/** Without it there would be nothing left to manage packages with. */
const CRITICAL = "pkg_install";

/** Removes packages and all that needs them. */
export const remove: Command = async (context, args) => {
  const { db, output } = context;
  if (db.localPackages().length === 0) throw new FatalError("empty local package list.");
  let status = 0;
  const wanted = args.flatMap((argument) => {
    const installed = findInstalled(db, argument);
    if (installed !== undefined) return installed;
    output.out(`no such installed package ${argument}\n`);
    suggestInstalled(context, argument);
    status = 1;
    return [];
  });
  const leaving = withoutCritical(context, planRemoval(new Resolver(db, context.preferences), wanted));
  if (leaving.length === 0) {
    output.out("no packages to delete\n");
    if (context.options.json) output.json(removalJson([], "asked"));
    return status;
  }
  const kept = keptBeyond(wanted, leaving);
  if (context.options.protectKept) refuseToLose(kept);
  const title = `${leaving.length} packages to delete: `;
  return (await removeAfterAsking(context, { title, leaving, kept, rebuildTree: true })) || status;
};

/** Removes what came as a dependency and is needed no more. */
export const autoremove: Command = async (context) => {
  const { db, options, output, locations } = context;
  const installed = db.localPackages();
  if (!installed.some(({ keep }) => keep)) throw new FatalError("no packages have been marked as keepable");
  if (installed.every(({ keep }) => keep)) {
    output.out('all packages are marked as "keepable"\n.');
    if (options.json) output.json(removalJson([], "orphan"));
    return 0;
  }
  const isPreserved = ({ fullName }: LocalPackage) =>
    existsSync(join(locations.pkgdb, fullName, "+PRESERVE"));
  const orphans = planAutoremove(new Resolver(db, context.preferences), isPreserved);
  const leaving = withoutCritical(context, orphans);
  if (leaving.length === 0) {
    output.out("no orphan dependencies found.\n");
    if (options.json) output.json(removalJson([], "orphan"));
    return 0;
  }
  const title = `${leaving.length} packages to be autoremoved:`;
  return removeAfterAsking(context, { title, leaving, kept: [], rebuildTree: false });
};

function refuseToLose(kept: readonly LocalPackage[]): void {
  if (kept.length === 0) return;
  const names = kept.map(({ fullName }) => fullName).join(", ");
  throw new FatalError(
    `${names} would have to go as well, and ${kept.length === 1 ? "is" : "are"} kept by you: name what is to go, unkeep it, or leave out protect-kept`,
  );
}

function withoutCritical({ output }: Context, packages: readonly LocalPackage[]): LocalPackage[] {
  return packages.filter(({ name }) => {
    if (name !== CRITICAL) return true;
    output.err(`${CRITICAL} is a critical package and cannot be deleted\n`);
    return false;
  });
}

interface RemovalRequest {
  readonly title: string;
  readonly leaving: readonly LocalPackage[];
  /** Those of them that the user keeps and has not named. */
  readonly kept: readonly LocalPackage[];
  readonly rebuildTree: boolean;
}

async function removeAfterAsking(context: Context, request: RemovalRequest): Promise<number> {
  const { output, options, signal } = context;
  const { title, leaving, kept, rebuildTree } = request;
  if (options.json) {
    output.json(removalJson(leaving, rebuildTree ? "asked" : "orphan"));
    return 0;
  }
  const onePerLine = options.answers === "no";
  const names = leaving.map(({ fullName }) => fullName);
  const shown = rebuildTree ? names : byteSorted(names);
  output.out(
    `${title}\n${nameList(shown, { columns: output.columns, onePerLine })}\n${onePerLine ? "" : "\n"}`,
  );
  if (output.isTerminal) output.out(keptNote(kept.map(({ fullName }) => fullName)));
  if (options.dryRun) return 0;
  if (!(await proceed({ output, answers: options.answers, byDefault: true, signal }))) return 0;
  const outgoing = leaving.map((installed) => ({ installed, causes: [] }));
  return applyPlan(context, { incoming: [], outgoing }, { rebuildTree });
}
