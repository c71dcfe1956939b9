import type { OptionName } from "./command-line/option-table.ts";
import type { Context, Setting } from "./context.ts";
import { contractVerbs } from "./verbs/contract-verbs.ts";
import { newVerbs } from "./verbs/new-verbs.ts";

/** A verb at work: prints by way of the context, returns the exit status. */
export type Command = (context: Context, args: readonly string[]) => number | Promise<number>;

/** A verb at work that needs no catalogue, and so nothing that is set up. */
export type PlainCommand = (setting: Setting, args: readonly string[]) => number | Promise<number>;

/** What the table says of every verb: it drives dispatch, usage, help, completion and the manual. */
interface VerbFacts {
  readonly name: string;
  readonly alias?: string;
  /** The line that usage shows. */
  readonly summary: string;
  /** Not shown anywhere. */
  readonly hidden?: true;
  /** What stands behind the verb, such as `PACKAGE...`. */
  readonly args?: string;
  /** What completion offers behind the verb. */
  readonly completes?: "remote" | "installed" | "files" | "verbs" | "categories";
  /** What the first argument may be, where there is no more. */
  readonly words?: readonly string[];
  /** What there is to know besides the summary. */
  readonly about?: string;
  /** The options that mean something to it, but for those that are for all. */
  readonly options?: readonly OptionName[];
  /** What an exit status of 1 means; without it only that something went wrong. */
  readonly one?: string;
  /** The message when there is no argument; without it none is needed. */
  readonly argumentMissing?: string;
}

/** A verb that works on the catalogue. */
export interface CatalogueVerb extends VerbFacts {
  /** `catalogue`: writes pkgin's database; `packages`: also the installed packages. */
  readonly changes?: "catalogue" | "packages";
  /** Removes things, for which there is no check of rights beforehand. */
  readonly removes?: true;
  /** Its output is meant to be read by a program, so that nothing else may stand in it. */
  readonly isReadBack?: true;
  /**
   * What repositories are to it; without this those that were never read are read, and something must be known of one.
   *
   * `unneeded`: none is asked. `spared`: asked only where the database is new, with `-f`, and where one is gone from the
   * configuration, as pkgin always did. `helpful`: read like for others, but it works without any.
   */
  readonly repositories?: "unneeded" | "spared" | "helpful";
  /** What happens to the remote rows before the verb starts. */
  readonly refresh?: "quiet" | "verbose";
  /** Loads the code when the verb is used, so that the others cost nothing. */
  readonly load: () => Promise<Command>;
}

/** A verb that works without a catalogue. */
export interface PlainVerb extends VerbFacts {
  readonly loadPlain: () => Promise<PlainCommand>;
}

export type Verb = CatalogueVerb | PlainVerb;

/** Every verb: first those that pkgin always had, in the order of the usage text. */
export const verbs: readonly Verb[] = [...contractVerbs, ...newVerbs];

/** Finds a verb by its name or its short name. */
export function findVerb(word: string): Verb | undefined {
  return verbs.find((verb) => verb.name === word || verb.alias === word);
}
