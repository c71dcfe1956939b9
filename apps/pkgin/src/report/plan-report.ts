import type { Incoming, Outgoing, Plan, UnmetRequirement } from "../plan/plan.ts";
import { humanSize } from "./human-size.ts";
import { wrapNames } from "./wrap-names.ts";

/** What a plan costs. */
export interface PlanSizes {
  /** Bytes to fetch. */
  readonly download: bigint;
  /** Bytes by which the installed files grow; negative where they shrink. */
  readonly disk: bigint;
}

/** How lists of names are laid out. */
export interface ListLayout {
  readonly columns: number;
  /** One name a line without indent, as `-n` has it. */
  readonly onePerLine: boolean;
}

/** Lays out names for a report, in the given order, without a newline at the end. */
export function nameList(names: readonly string[], layout: ListLayout): string {
  return layout.onePerLine ? names.join("\n") : wrapNames(names, layout.columns);
}

/** The report that stands before the question whether to proceed. */
export function planReport(
  plan: Plan,
  sizes: PlanSizes,
  unmet: readonly UnmetRequirement[],
  layout: ListLayout,
): string {
  const count = (action: Incoming["action"]) =>
    plan.incoming.filter((entry) => entry.action === action).length;
  const summary = `${plan.outgoing.length} to remove, ${count("refresh")} to refresh, ${count("upgrade")} to upgrade, ${count("install")} to install`;
  const disk = `${humanSize(sizes.disk)} of ${sizes.disk < 0n ? "disk space will be freed up" : "additional disk space will be used"}`;
  return [
    "\n",
    ...blocks(plan).map(({ title, names }) => block(title, names, layout)),
    `${summary}\n${humanSize(sizes.download)} to download, ${disk}\n`,
    unmetNote(unmet, layout),
    layout.onePerLine ? "" : "\n",
  ].join("");
}

/** The report of `-d`, which only downloads. */
export function downloadReport(fullNames: readonly string[], bytes: bigint, layout: ListLayout): string {
  return `\n${block("to download", fullNames, layout)}${humanSize(bytes)} to download\n${layout.onePerLine ? "" : "\n"}`;
}

function blocks(plan: Plan): { title: string; names: string[] }[] {
  const incoming = (action: Incoming["action"]) =>
    plan.incoming.filter((entry) => entry.action === action).map((entry) => entry.remote.fullName);
  const outgoing = (...reasons: Outgoing["reason"][]) =>
    plan.outgoing
      .filter((entry) => reasons.includes(entry.reason))
      .map((entry) => (entry.remote ?? entry.installed).fullName);
  return [
    { title: "to refresh", names: incoming("refresh") },
    { title: "to upgrade", names: incoming("upgrade") },
    { title: "to install", names: incoming("install") },
    { title: "to remove", names: outgoing("conflict", "undone") },
    { title: "to remove (superseded)", names: outgoing("superseded") },
  ];
}

function block(title: string, names: readonly string[], layout: ListLayout): string {
  if (names.length === 0) return "";
  const heading = names.length === 1 ? "1 package" : `${names.length} packages`;
  return `${heading} ${title}:\n${nameList(byteSorted(names), layout)}\n\n`;
}

function unmetNote(unmet: readonly UnmetRequirement[], layout: ListLayout): string {
  if (unmet.length === 0) return "";
  const names = byteSorted([...new Set(unmet.map(({ fullName }) => fullName))]);
  return `the following packages have unmet requirements: ${nameList(names, layout)}\n\n`;
}

/** Sorts by bytes, as C's strcmp does. */
export function byteSorted(names: readonly string[]): string[] {
  return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
