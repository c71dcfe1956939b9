import type { Context } from "./context.ts";

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
export const verbs: readonly Verb[] = [
  {
    name: "list",
    alias: "ls",
    summary: "List installed local packages",
    load: async () => (await import("./commands/list.ts")).list,
  },
  {
    name: "avail",
    alias: "av",
    summary: "List all available remote packages",
    load: async () => (await import("./commands/list.ts")).avail,
  },
  {
    name: "search",
    alias: "se",
    summary: "Search for a remote package",
    argumentMissing: "missing search string",
    load: async () => (await import("./commands/search.ts")).search,
  },
  {
    name: "install",
    alias: "in",
    summary: "Install or upgrade packages",
    argumentMissing: "specify at least one package to install",
    changes: "packages",
    refresh: "quiet",
    load: async () => (await import("./commands/install.ts")).install,
  },
  {
    name: "update",
    alias: "up",
    summary: "Refresh local and remote package lists",
    changes: "catalogue",
    refresh: "verbose",
    // The refresh before every verb is all there is to do.
    load: async () => () => 0,
  },
  {
    name: "upgrade",
    alias: "ug",
    summary: "Upgrade all packages",
    changes: "packages",
    refresh: "quiet",
    load: async () => (await import("./commands/install.ts")).upgrade,
  },
  {
    name: "full-upgrade",
    alias: "fug",
    summary: "Upgrade all packages (deprecated)",
    changes: "packages",
    refresh: "quiet",
    load: async () => (await import("./commands/install.ts")).upgrade,
  },
  {
    name: "remove",
    alias: "rm",
    summary: "Remove packages and any dependent packages",
    argumentMissing: "specify at least one package to remove",
    removes: true,
    load: async () => (await import("./commands/remove.ts")).remove,
  },
  {
    name: "keep",
    alias: "ke",
    summary: "Mark packages that should be kept",
    argumentMissing: "specify at least one package to keep",
    changes: "packages",
    load: async () => (await import("./commands/keep.ts")).keep,
  },
  {
    name: "unkeep",
    alias: "uk",
    summary: "Mark packages that can be autoremoved",
    argumentMissing: "specify at least one package to unkeep",
    changes: "packages",
    load: async () => (await import("./commands/keep.ts")).unkeep,
  },
  {
    name: "autoremove",
    alias: "ar",
    summary: "Remove orphaned dependencies",
    removes: true,
    load: async () => (await import("./commands/remove.ts")).autoremove,
  },
  {
    name: "clean",
    alias: "cl",
    summary: "Remove downloaded package files",
    removes: true,
    load: async () => (await import("./commands/clean.ts")).clean,
  },
  {
    name: "show-deps",
    alias: "sd",
    summary: "List remote package direct dependencies",
    argumentMissing: "missing package name",
    load: async () => (await import("./commands/show-deps.ts")).showDeps,
  },
];

/** Finds a verb by its name or its short name. */
export function findVerb(word: string): Verb | undefined {
  return verbs.find((verb) => verb.name === word || verb.alias === word);
}
