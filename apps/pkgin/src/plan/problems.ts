import type { LocalPackage, RemotePackage } from "summary-to-sqlite";
import { AfterPlan, type Present } from "./after-plan.ts";
import { isMatch } from "./match.ts";
import type { Plan } from "./plan.ts";
import type { Resolver } from "./resolver.ts";

/** Something that a plan cannot bring about, or would break. */
export interface Problem {
  /** Full name of the package that will not come, or will not work. */
  readonly fullName: string;
  /** How one gets there from what was asked for, such as `a-1.0 needs b>=2`, `which conflicts with c-1.0`, `kept by you`. */
  readonly chain: readonly string[];
  /** What could be done instead. */
  readonly alternatives: readonly string[];
}

/**
 * Finds what a plan cannot bring about although its rules have it so, and what it would break: dependencies that nothing meets,
 * conflicts that an incoming package declares, and installed packages that would lose what they need.
 */
export function findProblems(resolver: Resolver, plan: Plan): Problem[] {
  const after = new AfterPlan(resolver, plan);
  const ways = waysTo(resolver, plan);
  const ofIncoming = plan.incoming.flatMap(({ remote }) => {
    const way = ways.get(remote.fullName) ?? { root: remote, clauses: [] };
    return [...unmet(resolver, after, remote, way), ...conflicts(resolver, after, remote, way)];
  });
  return [...ofIncoming, ...broken(resolver, after, plan)];
}

/** Finds what an incoming package needs itself, and neither the system nor the plan has. */
export function unmetNeeds(resolver: Resolver, plan: Plan, remote: RemotePackage): Problem[] {
  return unmet(resolver, new AfterPlan(resolver, plan), remote, { root: remote, clauses: [] });
}

/** How a package was drawn in. */
interface Way {
  readonly root: RemotePackage;
  readonly clauses: readonly string[];
}

/** The shortest way to every incoming package from one that no other needs. */
function waysTo(resolver: Resolver, { incoming }: Plan): Map<string, Way> {
  const coming = new Map(incoming.map(({ remote }) => [remote.fullName, remote]));
  const needed = new Set(
    incoming.flatMap(({ remote }) => resolver.dependencies(remote).map(({ fullName }) => fullName)),
  );
  const roots = [...coming.values()].filter(({ fullName }) => !needed.has(fullName));
  const ways = new Map<string, Way>(roots.map((root) => [root.fullName, { root, clauses: [] }]));
  // A map grows while it is walked, so this goes on to the ends of all ways.
  for (const [fullName, { root, clauses }] of ways) {
    const remote = coming.get(fullName);
    for (const pattern of remote === undefined ? [] : resolver.dependencyPatterns(remote)) {
      const next = resolver.best(pattern);
      if (next === undefined || !coming.has(next.fullName) || ways.has(next.fullName)) continue;
      ways.set(next.fullName, { root, clauses: [...clauses, needs(fullName, clauses, pattern)] });
    }
  }
  return ways;
}

/** Such as `a-1.0 needs b>=2`, or within a chain `which needs c-[0-9]*`. */
function needs(fullName: string, clauses: readonly string[], pattern: string): string {
  return `${clauses.length === 0 ? fullName : "which"} needs ${pattern}`;
}

function unmet(resolver: Resolver, after: AfterPlan, remote: RemotePackage, way: Way): Problem[] {
  const { fullName } = remote;
  return resolver
    .dependencyPatterns(remote)
    .filter((pattern) => after.meets(pattern) === undefined)
    .map((pattern) => ({
      fullName,
      chain: [...way.clauses, needs(fullName, way.clauses, pattern), whyUnmet(resolver, after, pattern)],
      alternatives: otherVersions(resolver, way.root),
    }));
}

function whyUnmet(resolver: Resolver, after: AfterPlan, pattern: string): string {
  const rule = resolver.excludedBy(pattern);
  const candidates = resolver.remoteMatching(pattern);
  if (rule !== undefined) return `which ${rule} in preferred.conf excludes`;
  const [candidate] = candidates;
  if (candidate === undefined) return "which no repository has";
  const present = after.named(candidate.name);
  if (present === undefined)
    return resolver.isAvailable(candidate)
      ? "which needs a library that is not present in this system"
      : "which cannot be installed, as the size of its file is not known";
  return `but there will be ${present.fullName}`;
}

function conflicts(resolver: Resolver, after: AfterPlan, remote: RemotePackage, way: Way): Problem[] {
  const { fullName } = remote;
  return resolver.conflictPatterns(remote).flatMap((pattern) => {
    const other = after.meets(pattern, remote.name);
    if (other === undefined) return [];
    const subject = way.clauses.length === 0 ? fullName : "which";
    const chain = [
      ...way.clauses,
      `${subject} conflicts with ${other.fullName}`,
      ...standing(resolver, other),
    ];
    const removal = other.installed === undefined ? [] : [`remove ${other.fullName} first`];
    return [{ fullName, chain, alternatives: [...otherVersions(resolver, way.root), ...removal] }];
  });
}

/** Why a package is there. */
function standing(resolver: Resolver, { installed }: Present): string[] {
  if (installed === undefined) return ["which comes in as well"];
  if (installed.keep) return ["kept by you"];
  const [dependent] = resolver.directDependents(installed);
  return dependent === undefined ? [] : [`which ${dependent.fullName} needs`];
}

/** Other versions of what was asked for that could come in as things are now. */
function otherVersions(resolver: Resolver, root: RemotePackage): string[] {
  const now = new AfterPlan(resolver, { incoming: [], outgoing: [], unavailable: [] });
  return resolver
    .remoteNamed(root.name)
    .filter((other) => other.fullName !== root.fullName && resolver.isAvailable(other))
    .filter((other) => isPossible(resolver, now, other))
    .map(({ fullName }) => `install ${fullName}`);
}

/** Whether a package and all that it needs could come in. */
function isPossible(resolver: Resolver, now: AfterPlan, remote: RemotePackage): boolean {
  const seen = new Set([remote]);
  for (const each of seen) {
    if (resolver.conflictPatterns(each).some((pattern) => now.meets(pattern, each.name) !== undefined))
      return false;
    for (const pattern of resolver.dependencyPatterns(each)) {
      if (now.meets(pattern) !== undefined) continue;
      const best = resolver.best(pattern);
      if (best === undefined) return false;
      seen.add(best);
    }
  }
  return true;
}

/** Installed packages that stay, and lose what they need. */
function broken(resolver: Resolver, after: AfterPlan, plan: Plan): Problem[] {
  const changed = [
    ...plan.incoming.flatMap(({ installed, remote }) =>
      installed === undefined || installed.fullName === remote.fullName
        ? []
        : { old: installed, how: `but ${remote.fullName} takes its place`, hold: installed.name },
    ),
    ...plan.outgoing.map(({ installed, causes }) => ({
      old: installed,
      how: `but ${installed.fullName} makes way for ${causes.join(" and ") || "another"}`,
      hold: undefined,
    })),
  ];
  return changed.flatMap(({ old, how, hold }) =>
    resolver
      .directDependents(old)
      .filter((dependent) => after.named(dependent.name)?.installed?.fullName === dependent.fullName)
      .flatMap((dependent) => brokenPatterns(resolver, after, { dependent, old }))
      .map(({ dependent, pattern }) => ({
        fullName: dependent.fullName,
        chain: [`${dependent.fullName} needs ${pattern}`, how],
        alternatives: hold === undefined ? [] : [`hold ${hold}`],
      })),
  );
}

function brokenPatterns(
  resolver: Resolver,
  after: AfterPlan,
  { dependent, old }: { dependent: LocalPackage; old: LocalPackage },
): { dependent: LocalPackage; pattern: string }[] {
  return resolver
    .installedPatterns(dependent)
    .filter((pattern) => isMatch(pattern, old.fullName) && after.meets(pattern) === undefined)
    .map((pattern) => ({ dependent, pattern }));
}
