import { PkgInstallError } from "./errors.ts";
import { expandPlaceholders } from "./placeholders.ts";

/** A file that a package puts below its prefix. */
export interface FileItem {
  readonly kind: "file";
  /** Relative to the prefix. */
  readonly path: string;
  /** MD5 of a regular file, in hexadecimal, where the list has it. */
  readonly md5: string | undefined;
  /** Target of a symbolic link, where the list has it. */
  readonly target: string | undefined;
  /** Permission bits, where the list sets them. */
  readonly mode: number | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
}

/** A directory that a package shares with others, or (`isShared` false) tries to remove when it goes. */
export interface DirectoryItem {
  readonly kind: "directory";
  /** Relative to the prefix. */
  readonly path: string;
  readonly isShared: boolean;
}

/** A shell command, with its placeholders filled in. */
export interface CommandItem {
  readonly kind: "exec" | "unexec";
  readonly command: string;
}

/** What is to be done for one line of a packing list. */
export type Item = FileItem | DirectoryItem | CommandItem;

/** What a packing list says about a package. */
export interface Contents {
  readonly pkgname: string;
  readonly prefix: string;
  readonly dependencies: readonly string[];
  readonly conflicts: readonly string[];
  /** In the order of the list. */
  readonly items: readonly Item[];
}

/** The commands of one kind, in the order of the list. */
export function commandsOf({ items }: Contents, kind: CommandItem["kind"]): readonly string[] {
  return items.flatMap((item) => ("command" in item && item.kind === kind ? [item.command] : []));
}

/** A line of a packing list: a file, or a word with its argument. */
interface Line {
  readonly word: string | undefined;
  readonly argument: string;
}

/**
 * Makes out of a packing list what is to be done for it.
 *
 * The first `@cwd` is the prefix of everything. Words that only inform, and unknown ones, are passed over.
 *
 * @throws PkgInstallError where there is no `@name` or no `@cwd`
 */
export function contentsOf(text: string): Contents {
  const reader = new ListReader();
  for (const line of packingLines(text)) reader.take(line);
  return reader.finish();
}

class ListReader {
  readonly #dependencies: string[] = [];
  readonly #conflicts: string[] = [];
  readonly #items: Item[] = [];
  #pkgname: string | undefined;
  #prefix: string | undefined;
  #attributes: Pick<FileItem, "mode" | "owner" | "group"> = {
    mode: undefined,
    owner: undefined,
    group: undefined,
  };
  #lastFile: string | undefined;
  /** The next line does not count. */
  #isIgnored = false;
  /** The line before was a file, so that a comment is about it. */
  #followsFile = false;

  take({ word, argument }: Line): void {
    const isIgnored = this.#isIgnored;
    const followsFile = this.#followsFile;
    this.#isIgnored = !isIgnored && word === "ignore";
    this.#followsFile = false;
    if (isIgnored) return;
    if (word === undefined) this.#addFile(argument);
    else if (word === "comment" && followsFile) this.#addDigest(argument);
    else this.#addWord(word, argument);
  }

  finish(): Contents {
    if (this.#pkgname === undefined || this.#prefix === undefined) {
      const missing = this.#pkgname === undefined ? "@name" : "@cwd";
      throw new PkgInstallError(
        "ERR_PKGDB_DAMAGED",
        `the packing list of ${this.#pkgname ?? "a package"} has no ${missing}`,
      );
    }
    return {
      pkgname: this.#pkgname,
      prefix: this.#prefix,
      dependencies: this.#dependencies,
      conflicts: this.#conflicts,
      items: this.#items,
    };
  }

  #addFile(path: string): void {
    this.#items.push({ kind: "file", path, md5: undefined, target: undefined, ...this.#attributes });
    this.#lastFile = path;
    this.#followsFile = true;
  }

  #addDigest(comment: string): void {
    const item = this.#items.at(-1);
    if (item?.kind !== "file") return;
    const md5 = /^MD5:([\da-f]{32})$/i.exec(comment)?.[1]?.toLowerCase();
    const target = /^Symlink:(.*)$/s.exec(comment)?.[1];
    this.#items[this.#items.length - 1] = { ...item, md5, target };
  }

  #addWord(word: string, argument: string): void {
    const prefix = this.#prefix ?? "";
    if (word === "name") this.#pkgname ??= argument;
    else if (word === "cwd" || word === "cd") this.#prefix ??= argument;
    else if (word === "pkgdep") this.#dependencies.push(argument);
    else if (word === "pkgcfl") this.#conflicts.push(argument);
    else if (word === "pkgdir" || word === "dirrm") {
      this.#items.push({ kind: "directory", path: argument, isShared: word === "pkgdir" });
    } else if (word === "exec" || word === "unexec") {
      const command = expandPlaceholders(argument, { prefix, file: this.#lastFile });
      this.#items.push({ kind: word, command });
    } else if (word === "mode") {
      this.#attributes = {
        ...this.#attributes,
        mode: /^[0-7]+$/.test(argument) ? Number.parseInt(argument, 8) : undefined,
      };
    } else if (word === "owner") this.#attributes = { ...this.#attributes, owner: argument || undefined };
    else if (word === "group") this.#attributes = { ...this.#attributes, group: argument || undefined };
  }
}

function* packingLines(text: string): Generator<Line> {
  for (const raw of text.split("\n")) {
    const line = raw.trimEnd();
    const [, word, argument = ""] = /^@(\S+)\s*(.*)$/s.exec(line) ?? [];
    if (word !== undefined) yield { word, argument };
    else if (line !== "") yield { word: undefined, argument: line };
  }
}
