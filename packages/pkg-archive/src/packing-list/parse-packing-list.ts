import { LimitError, MalformedError } from "../errors.ts";
import { nextLine, type PackingLine, readLine } from "./packing-lines.ts";
import { type PackingFile, type PackingItem, PackingList } from "./packing-list.ts";

/**
 * Reads a packing list, `+CONTENTS`.
 *
 * The first `@cwd` is the prefix of everything. Words that are not known are passed over, but stay among the lines.
 *
 * @throws MalformedError where there is no `@name` or no `@cwd`; LimitError for more than half a million items
 */
export function parsePackingList(text: string): PackingList {
  const reader = new ListReader();
  for (let start = 0; start < text.length;) {
    const next = nextLine(text, start);
    reader.take(readLine(text, start, next));
    start = next;
  }
  return reader.finish(text);
}

/** Ten times as many as any package has; each takes some memory, while its line can be very short. */
const MOST_ITEMS = 500_000;

type Attributes = Pick<PackingFile, "mode" | "owner" | "group">;

class ListReader {
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
  /** The file on the line before, which a comment is about. */
  #file: string | undefined;

  take({ word, argument }: Omit<PackingLine, "text">): void {
    if (word === undefined && argument === "") return;
    const isIgnored = this.#isIgnored;
    const file = this.#file;
    this.#isIgnored = !isIgnored && word === "ignore";
    this.#file = undefined;
    if (file !== undefined) this.#addFile(file, word === "comment" && !isIgnored ? argument : "");
    if (isIgnored) return;
    if (word === undefined) this.#lastFile = this.#file = argument;
    else if (word !== "comment") this.#addWord(word, argument);
  }

  finish(text: string): PackingList {
    if (this.#file !== undefined) this.#addFile(this.#file, "");
    const pkgname = this.#pkgname;
    const prefix = this.#prefix;
    if (pkgname === undefined || prefix === undefined) {
      const missing = pkgname === undefined ? "@name" : "@cwd";
      throw new MalformedError(`the packing list of ${pkgname ?? "a package"} has no ${missing}`);
    }
    return new PackingList(text, {
      pkgname,
      prefix,
      dependencies: this.#dependencies,
      buildDependencies: this.#buildDependencies,
      conflicts: this.#conflicts,
      display: this.#display,
      items: this.#items,
    });
  }

  #addFile(path: string, comment: string): void {
    const md5 = comment.startsWith("MD5:") ? parseDigest(comment.slice("MD5:".length)) : undefined;
    const target = comment.startsWith("Symlink:") ? comment.slice("Symlink:".length) : undefined;
    const { mode, owner, group } = this.#attributes;
    this.#addItem({ kind: "file", path, md5, target, mode, owner, group });
  }

  #addItem(item: PackingItem): void {
    this.#items.push(item);
    if (this.#items.length > MOST_ITEMS)
      throw new LimitError(
        `the packing list of ${this.#pkgname ?? "a package"} has more than the ${MOST_ITEMS} items that are allowed`,
      );
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
        this.#addItem({ kind: "directory", path: argument, isShared: word === "pkgdir" });
        break;
      case "exec":
      case "unexec":
        this.#addItem({ kind: word, command: argument, file: this.#lastFile });
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

function parseDigest(text: string): string | undefined {
  return /^[\da-f]{32}$/i.test(text) ? text.toLowerCase() : undefined;
}
