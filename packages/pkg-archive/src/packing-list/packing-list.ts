import { type PackingLine, packingLines } from "./packing-lines.ts";

/** A file of a package. */
export interface PackingFile {
  readonly kind: "file";
  /** Relative to the prefix. */
  readonly path: string;
  /** MD5 of a regular file in lower-case hexadecimal, where the list has it. */
  readonly md5: string | undefined;
  /** Where a symbolic link leads, where the list has it. */
  readonly target: string | undefined;
  /** Permission bits that the list sets with `@mode`. */
  readonly mode: number | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
}

/** A directory that a package shares with others (`@pkgdir`), or tries to remove when it goes (`@dirrm`). */
export interface PackingDirectory {
  readonly kind: "directory";
  /** Relative to the prefix. */
  readonly path: string;
  readonly isShared: boolean;
}

/** A shell command to be run at installation (`@exec`) or at removal (`@unexec`). */
export interface PackingCommand {
  readonly kind: "exec" | "unexec";
  /** With its placeholders (`%D`, `%F`, `%B`, `%f`) as they stand. */
  readonly command: string;
  /** The last file before it, which the placeholders are about. */
  readonly file: string | undefined;
}

/** What is to be done for a line of a packing list. */
export type PackingItem = PackingFile | PackingDirectory | PackingCommand;

/** What a packing list says. */
export interface PackingFacts {
  /** Full name, with version. */
  readonly pkgname: string;
  /** The first `@cwd`. */
  readonly prefix: string;
  /** Patterns of `@pkgdep`. */
  readonly dependencies: readonly string[];
  /** Full names of `@blddep`: what the dependencies were when the package was made. */
  readonly buildDependencies: readonly string[];
  /** Patterns of `@pkgcfl`. */
  readonly conflicts: readonly string[];
  /** The file with the message, of `@display`. */
  readonly display: string | undefined;
  /** Files, directories and commands in the order of the list, without what is ignored. */
  readonly items: readonly PackingItem[];
}

/** What is in `+CONTENTS`: what belongs to a package and what it needs. */
export class PackingList implements PackingFacts {
  readonly pkgname: string;
  readonly prefix: string;
  readonly dependencies: readonly string[];
  readonly buildDependencies: readonly string[];
  readonly conflicts: readonly string[];
  readonly display: string | undefined;
  readonly items: readonly PackingItem[];
  /** The list as it was read. */
  readonly text: string;

  constructor(text: string, facts: PackingFacts) {
    this.text = text;
    this.pkgname = facts.pkgname;
    this.prefix = facts.prefix;
    this.dependencies = facts.dependencies;
    this.buildDependencies = facts.buildDependencies;
    this.conflicts = facts.conflicts;
    this.display = facts.display;
    this.items = facts.items;
  }

  /** The files among the items. */
  get files(): readonly PackingFile[] {
    return this.items.filter((item) => item.kind === "file");
  }

  /** Every line, also those that do nothing. They are made anew each time: a list can have very many of them. */
  get lines(): Iterable<PackingLine> {
    return packingLines(this.text);
  }
}
