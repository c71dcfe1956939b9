/** A line of a packing list, for printing it again as it was. */
export interface PackingLine {
  /** What follows the `@`, such as `pkgdep`; undefined for a file and for an empty line. */
  readonly word: string | undefined;
  /** What follows the word, or the file. */
  readonly argument: string;
  /** The line as it stands, with its line feed. */
  readonly text: string;
}

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

/** What is in `+CONTENTS`: what belongs to a package and what it needs. */
export interface PackingList {
  /** Every line, also those that do nothing. */
  readonly lines: readonly PackingLine[];
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
  /** The files among the items. */
  readonly files: readonly PackingFile[];
}
