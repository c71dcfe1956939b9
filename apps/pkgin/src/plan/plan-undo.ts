import { matches, splitName } from "pkg-pattern";
import type { LocalPackage } from "summary-to-sqlite";
import type { HistoryChange, PackageState } from "../transaction/history.ts";
import { dependenciesFirst } from "./order.ts";
import type { FilePackage } from "./file-resolver.ts";
import type { Incoming, Outgoing, Plan } from "./plan.ts";

/** What has to be known to take changes back. */
export interface UndoFacts {
  /** The installed package of a name without version. */
  installed(name: string): LocalPackage | undefined;
  /** Full names of the installed packages that need one directly. */
  dependents(fullName: string): readonly string[];
  /** The package of a full name, wherever it can still be had. */
  find(fullName: string): Promise<FilePackage | undefined>;
  /** Just the build of a full name that the transaction has replaced, if it is still there. */
  findSaved(fullName: string): Promise<FilePackage | undefined>;
}

/** What takes changes back, and what of them cannot be taken back. */
export interface UndoPlan {
  readonly plan: Plan;
  /** One for each change that stays, in words. */
  readonly problems: readonly string[];
}

/**
 * Plans how changes are taken back, as far as what they have led to is still there: what came goes, what went comes again, in
 * the version and with the keep flag that it had.
 */
export async function planUndo(changes: readonly HistoryChange[], facts: UndoFacts): Promise<UndoPlan> {
  const outgoing: Outgoing[] = [];
  const restored: Restored[] = [];
  const problems: string[] = [];
  for (const change of changes.filter(({ outcome }) => outcome === "done").toReversed()) {
    const problem = await takeBack(change, facts, { outgoing, restored });
    if (problem !== undefined) problems.push(problem);
  }
  const staying = withoutNeeded(outgoing, restored, facts);
  problems.push(...staying.problems);
  const ordered = dependenciesFirst(restored, ({ build }) =>
    restored.filter((other) =>
      build.depends.some((pattern) => matches(pattern, other.build.remote.fullName)),
    ),
  );
  const incoming = ordered.map(({ incoming: entry }) => entry);
  return { plan: { incoming, outgoing: staying.outgoing, unavailable: [] }, problems };
}

interface Restored {
  readonly incoming: Incoming;
  readonly build: FilePackage;
}

/** @returns why it cannot be taken back */
async function takeBack(
  { action, before, after }: HistoryChange,
  facts: UndoFacts,
  { outgoing, restored }: { outgoing: Outgoing[]; restored: Restored[] },
): Promise<string | undefined> {
  const name = splitName((after ?? before)?.fullName ?? "").base;
  const installed = facts.installed(name);
  if (installed?.fullName !== after?.fullName) return strayed(name, installed, after);
  if (before === undefined) {
    if (installed !== undefined)
      outgoing.push({ installed, reason: "undone", remote: undefined, causes: [] });
    return undefined;
  }
  const isRefresh = action === "refresh";
  const build = await (isRefresh ? facts.findSaved(before.fullName) : facts.find(before.fullName));
  if (build === undefined)
    return isRefresh
      ? `${before.fullName} was another build of the same version before, which is kept nowhere any more`
      : `${before.fullName} is neither in a repository nor in the cache any more`;
  const { remote } = build;
  const kind = isRefresh ? "refresh" : installed === undefined ? "install" : "upgrade";
  restored.push({ build, incoming: { action: kind, remote, installed, keep: before.keep } });
  return undefined;
}

function strayed(name: string, installed: LocalPackage | undefined, after: PackageState | undefined): string {
  const now =
    installed === undefined ? `${name} is not installed any more` : `${installed.fullName} is installed now`;
  return `${now}, where that transaction had left ${after?.fullName ?? "nothing"}`;
}

/** Leaves alone what something needs by now that would stay. Dependents go before what they need. */
function withoutNeeded(outgoing: readonly Outgoing[], restored: readonly Restored[], facts: UndoFacts) {
  const replaced = new Set(restored.flatMap(({ incoming }) => incoming.installed?.fullName ?? []));
  const leaving = new Map(outgoing.map((entry) => [entry.installed.fullName, entry]));
  const problems: string[] = [];
  let goesOn = true;
  while (goesOn) {
    goesOn = false;
    for (const fullName of leaving.keys()) {
      const user = facts.dependents(fullName).find((each) => !leaving.has(each) && !replaced.has(each));
      if (user === undefined) continue;
      problems.push(`${fullName} stays, since ${user} needs it`);
      leaving.delete(fullName);
      goesOn = true;
    }
  }
  const ordered = dependenciesFirst([...leaving.values()], ({ installed }) =>
    facts.dependents(installed.fullName).flatMap((each) => leaving.get(each) ?? []),
  );
  return { outgoing: ordered, problems };
}
