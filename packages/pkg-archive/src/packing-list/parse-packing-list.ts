import { MalformedError } from "../errors.ts";
import type { PackingFile, PackingItem, PackingLine, PackingList } from "./packing-list.ts";
import { packingLines } from "./packing-lines.ts";

/**
 * Reads a packing list, `+CONTENTS`.
 *
 * The first `@cwd` is the prefix of everything. Words that are not known are passed over, but stay among the lines.
 *
 * @throws MalformedError where there is no `@name` or no `@cwd`
 */
export function parsePackingList(text: string): PackingList {
  const reader = new ListReader();
  for (const line of packingLines(text)) reader.take(line);
  return reader.finish();
}

type Attributes = Pick<PackingFile, "mode" | "owner" | "group">;

class ListReader {
  readonly #lines: PackingLine[] = [];
  readonly #dependencies: string[] = [];
  readonly #buildDependencies: string[] = [];
  readonly #conflicts: string[] = [];
  readonly #items: PackingItem[] = [];
  #pkgname: string | undefined;
  #prefix: string | undefined;
  #display: string | undefined;
  #attributes: Attributes = { mode: undefined, owner: undefined, group: undefined };
  #lastFile: string | undefined;
  /** The next line does not count. */
  #isIgnored = false;
  /** The line before was a file, so that a comment is about it. */
  #followsFile = false;

  take(line: PackingLine): void {
    this.#lines.push(line);
    const { word, argument } = line;
    if (word === undefined && argument === "") return;
    const isIgnored = this.#isIgnored;
    const followsFile = this.#followsFile;
    this.#isIgnored = !isIgnored && word === "ignore";
    this.#followsFile = false;
    if (isIgnored) return;
    if (word === undefined) this.#addFile(argument);
    else if (word !== "comment") this.#addWord(word, argument);
    else if (followsFile) this.#addDigest(argument);
  }

  finish(): PackingList {
    const pkgname = this.#pkgname;
    const prefix = this.#prefix;
    if (pkgname === undefined || prefix === undefined) {
      const missing = pkgname === undefined ? "@name" : "@cwd";
      throw new MalformedError(`the packing list of ${pkgname ?? "a package"} has no ${missing}`);
    }
    return {
      lines: this.#lines,
      pkgname,
      prefix,
      dependencies: this.#dependencies,
      buildDependencies: this.#buildDependencies,
      conflicts: this.#conflicts,
      display: this.#display,
      items: this.#items,
      files: this.#items.filter((item) => item.kind === "file"),
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
    const target = comment.startsWith("Symlink:") ? comment.slice("Symlink:".length) : undefined;
    this.#items[this.#items.length - 1] = { ...item, md5, target };
  }

  #addWord(word: string, argument: string): void {
    switch (word) {
      case "name":
        this.#pkgname ??= argument;
        break;
      case "cwd":
      case "cd":
        this.#prefix ??= argument;
        break;
      case "display":
        this.#display ??= argument;
        break;
      case "pkgdep":
        this.#dependencies.push(argument);
        break;
      case "blddep":
        this.#buildDependencies.push(argument);
        break;
      case "pkgcfl":
        this.#conflicts.push(argument);
        break;
      case "pkgdir":
      case "dirrm":
        this.#items.push({ kind: "directory", path: argument, isShared: word === "pkgdir" });
        break;
      case "exec":
      case "unexec":
        this.#items.push({ kind: word, command: argument, file: this.#lastFile });
        break;
      case "mode":
        this.#attributes = { ...this.#attributes, mode: parseMode(argument) };
        break;
      case "owner":
      case "group":
        this.#attributes = { ...this.#attributes, [word]: argument || undefined };
        break;
      default:
    }
  }
}

function parseMode(argument: string): number | undefined {
  return /^[0-7]{1,5}$/.test(argument) ? Number.parseInt(argument, 8) : undefined;
}
