import type { LackingLibraries } from "../plan/plan.ts";
import type { Problem } from "../plan/problems.ts";

/** A problem of a plan, and what could be done, as lines for standard error. */
export function problemLines({ chain, alternatives }: Problem): string {
  const ways = alternatives.map((way) => `  instead: ${way}\n`);
  return `pkgin: ${chain.join(", ")}\n${ways.join("")}`;
}

/** A line for standard error about libraries that a package needs and will not find. */
export function lackingLine({ fullName, files }: LackingLibraries): string {
  const are = files.length === 1 ? "is" : "are";
  return `pkgin: warning: ${fullName} requires ${files.join(" and ")}, which ${are} neither there nor in any package that comes\n`;
}

/** Marks among what goes what the user keeps. */
export function keptNote(fullNames: readonly string[]): string {
  return fullNames.length === 0 ? "" : `of these you keep: ${fullNames.join(" ")}\n\n`;
}
