import type { LocalPackage, RemotePackage } from "summary-to-sqlite";
import { findInstalled, findRemote } from "../catalogue/lookup.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { Resolver } from "../plan/resolver.ts";
import { humanSize } from "../report/human-size.ts";
import { localJson, remoteJson } from "../report/package-json.ts";

/** What a package needs, all of it together with the package itself. */
interface Closure {
  /** Full names of what it needs, directly or not. */
  readonly needs: readonly string[];
  /** Bytes when installed. */
  readonly installedSize: bigint;
  /** Bytes of the package files that are not installed in this version. */
  readonly download: bigint;
}

/** Shows all that is known of packages, in the repositories and installed. */
export const info: Command = (context, args) => {
  const { db, options, output } = context;
  const found = args.map((word) => ({ word, remote: findRemote(db, word), local: findInstalled(db, word) }));
  const missing = found.filter(({ remote, local }) => remote === undefined && local === undefined);
  const known = found.filter((each) => !missing.includes(each));
  if (options.json) output.json(known.map(({ remote, local }) => describe(context, remote, local)));
  else output.out(known.map(({ remote, local }) => render(describe(context, remote, local))).join("\n"));
  for (const { word } of missing) {
    output.err(`${word} is not available in the repository\n`);
    suggestRemote(context, word);
  }
  return missing.length > 0 ? 1 : 0;
};

function describe(context: Context, remote: RemotePackage | undefined, local: LocalPackage | undefined) {
  const { db } = context;
  const facts = remote === undefined ? local && localJson(local) : remoteJson(remote);
  const installed = local ?? (remote && db.localNamed(remote.name)[0]);
  return {
    ...facts,
    installed: installed && {
      fullName: installed.fullName,
      keep: installed.keep,
      requiredBy: db.dependentsOf(installed.fullName),
    },
    ...(remote === undefined
      ? { depends: local && db.localDependencies(local.id) }
      : { ...lists(context, remote), withNeeds: closure(context, remote) }),
  };
}

function lists({ db }: Context, { id }: RemotePackage) {
  return {
    depends: db.remoteDependencies(id),
    conflicts: db.remoteConflicts(id),
    supersedes: db.remoteSupersedes(id),
    provides: db.remoteProvides(id),
    requires: db.remoteRequires(id),
    description: db.remoteDescription(id),
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
    installedSize: sum(packages.map(({ sizePkg }) => sizePkg)),
    download: sum(absent.map(({ fileSize }) => fileSize)),
  };
}

function sum(sizes: readonly (bigint | undefined)[]): bigint {
  return sizes.reduce<bigint>((total, next) => total + (next ?? 0n), 0n);
}

function render(facts: ReturnType<typeof describe>): string {
  const { installed, withNeeds, description, ...rest } = facts as ReturnType<typeof describe> & {
    withNeeds?: Closure;
    description?: string;
  };
  const lines = Object.entries(rest).flatMap(([key, value]) => fieldLines(key, value));
  if (installed === undefined) lines.push(line("Installed", "no"));
  else {
    lines.push(line("Installed", `${installed.fullName}${installed.keep ? ", kept" : ", automatic"}`));
    lines.push(...fieldLines("requiredBy", installed.requiredBy));
  }
  if (withNeeds !== undefined) {
    const { needs, installedSize, download } = withNeeds;
    const size = `${humanSize(installedSize)} with ${needs.length} that it needs, ${humanSize(download)} to download`;
    lines.push(line("Altogether", size));
  }
  if (description !== undefined) lines.push(`\n${description.trimEnd()}\n`);
  return lines.join("");
}

const LABELS: Readonly<Record<string, string>> = {
  fullName: "Package",
  pkgPath: "Path",
  buildDate: "Built",
  opsys: "System",
  osVersion: "System version",
  machineArch: "Processor",
  pkgtoolsVersion: "Tools version",
  prevPkgPath: "Former path",
  installedSize: "Size",
  fileName: "File",
  fileSize: "Download",
  fileCksum: "Digest",
  requiredBy: "Needed by",
};
const SIZES: ReadonlySet<string> = new Set(["installedSize", "fileSize"]);
const LEFT_OUT: ReadonlySet<string> = new Set(["name", "version", "keep"]);

function fieldLines(key: string, value: unknown): string[] {
  if (value === undefined || LEFT_OUT.has(key)) return [];
  const label = LABELS[key] ?? key.charAt(0).toUpperCase() + key.slice(1);
  if (!Array.isArray(value))
    return [line(label, SIZES.has(key) ? humanSize(BigInt(value as bigint)) : String(value))];
  if (key === "categories" || key === "options")
    return value.length > 0 ? [line(label, value.join(" "))] : [];
  return value.map((each, index) => line(index === 0 ? label : "", String(each)));
}

function line(label: string, text: string): string {
  return `${label.padEnd(15)} ${text}\n`;
}
