import type { Problem } from "../plan/problems.ts";

/** A problem of a plan, and what could be done, as lines for standard error. */
export function problemLines({ chain, alternatives }: Problem): string {
  const ways = alternatives.map((way) => `  instead: ${way}\n`);
  return `pkgin: ${chain.join(", ")}\n${ways.join("")}`;
}

/** Marks among what goes what the user keeps. */
export function keptNote(fullNames: readonly string[]): string {
  return fullNames.length === 0 ? "" : `of these you keep: ${fullNames.join(" ")}\n\n`;
}
