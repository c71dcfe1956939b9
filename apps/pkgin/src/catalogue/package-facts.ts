import type { LocalPackage, RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { Resolver } from "../plan/resolver.ts";
import { localJson, remoteJson } from "../report/package-json.ts";
import { sumOfSizes } from "../report/sum-of-sizes.ts";

/** What a package takes together with all that it needs. */
export interface Closure {
  /** Full names of what it needs, directly or not. */
  readonly needs: readonly string[];
  /** Bytes when installed. */
  readonly installedSize: bigint;
  /** Bytes of the package files of what is not installed in this version. */
  readonly download: bigint;
}

/** All that is known of a package, wherever it is. */
export interface PackageFacts {
  /** Its variables and lists; those that it does not have are undefined. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The installed package of its name. */
  readonly installed:
    | { readonly fullName: string; readonly keep: boolean; readonly requiredBy: readonly string[] }
    | undefined;
  /** Undefined for a package that no repository has. */
  readonly withNeeds: Closure | undefined;
  readonly description: string | undefined;
}

/** Gathers what is known of a package that is in a repository, or only installed. */
export function packageFacts(
  context: Context,
  { remote, local }: { readonly remote: RemotePackage | undefined; readonly local: LocalPackage | undefined },
): PackageFacts {
  const { db } = context;
  const installed = local ?? (remote && db.localNamed(remote.name)[0]);
  const fields =
    remote === undefined
      ? local && { ...localJson(local), depends: db.localDependencies(local.id) }
      : { ...remoteJson(remote), ...lists(context, remote) };
  return {
    fields: fields ?? {},
    installed: installed && {
      fullName: installed.fullName,
      keep: installed.keep,
      requiredBy: db.dependentsOf(installed.fullName),
    },
    withNeeds: remote && closure(context, remote),
    description: remote && db.remoteDescription(remote.id),
  };
}

function lists({ db }: Context, { id }: RemotePackage) {
  return {
    depends: db.remoteDependencies(id),
    conflicts: db.remoteConflicts(id),
    supersedes: db.remoteSupersedes(id),
    provides: db.remoteProvides(id),
    requires: db.remoteRequires(id),
  };
}

function closure({ db, preferences }: Context, remote: RemotePackage): Closure {
  const resolver = new Resolver(db, preferences);
  const all = new Map([[remote.fullName, remote]]);
  // A map grows while it is walked, so this goes on until nothing new comes.
  for (const entry of all.values()) {
    for (const needed of resolver.dependencies(entry)) all.set(needed.fullName, needed);
  }
  const packages = [...all.values()];
  const absent = packages.filter(({ fullName }) => db.localFull(fullName) === undefined);
  return {
    needs: [...all.keys()].slice(1),
    installedSize: sumOfSizes(packages.map(({ sizePkg }) => sizePkg)),
    download: sumOfSizes(absent.map(({ fileSize }) => fileSize)),
  };
}
