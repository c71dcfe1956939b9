import type { Context } from "./context.ts";
import { contractVerbs } from "./verbs/contract-verbs.ts";

/** A verb at work: prints by way of the context, returns the exit status. */
export type Command = (context: Context, args: readonly string[]) => number | Promise<number>;

/** One row of the table that drives dispatch, usage and the checks before a verb starts. */
export interface Verb {
  readonly name: string;
  readonly alias: string;
  /** The line that usage shows. */
  readonly summary: string;
  /** Not shown in usage. */
  readonly hidden?: boolean;
  /** The message when there is no argument; without it none is needed. */
  readonly argumentMissing?: string;
  /** `catalogue`: writes pkgin's database; `packages`: also the installed packages. */
  readonly changes?: "catalogue" | "packages";
  /** Removes things, for which there is no check of rights beforehand. */
  readonly removes?: boolean;
  /** What happens to the remote rows before the verb starts. */
  readonly refresh?: "quiet" | "verbose";
  /** Loads the code when the verb is used, so that the others cost nothing. */
  readonly load: () => Promise<Command>;
}

/** Every verb, in the order of the usage text. */
export const verbs: readonly Verb[] = contractVerbs;

/** Finds a verb by its name or its short name. */
export function findVerb(word: string): Verb | undefined {
  return verbs.find((verb) => verb.name === word || verb.alias === word);
}
