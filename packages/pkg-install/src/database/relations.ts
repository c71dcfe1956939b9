import { decodeText } from "pkg-archive";

/** What a package says about others. */
export interface Relations {
  /** Patterns of what it needs. */
  readonly dependencies: readonly string[];
  /** Patterns of what cannot be installed beside it. */
  readonly conflicts: readonly string[];
}

const LINE_FEED = 10;
const IGNORE = "@ignore";

/**
 * Finds in the bytes of a packing list what it says about other packages.
 *
 * Most lists are long and have little of this; all other lines are passed over without being taken apart.
 */
export function readRelations(list: Buffer): Relations {
  const relations = { dependencies: [] as string[], conflicts: [] as string[] };
  for (let at = list.indexOf("@pkg"); at >= 0; at = list.indexOf("\n@pkg", at)) {
    if (list[at] === LINE_FEED) at += 1;
    const feed = list.indexOf(LINE_FEED, at);
    const line = decodeText(list.subarray(at, feed < 0 ? list.length : feed));
    const [, word, pattern] = /^@(pkgdep|pkgcfl)\s+(.*\S)/.exec(line) ?? [];
    if (pattern !== undefined && isFirst(list, at) && !isIgnored(list, at)) {
      relations[word === "pkgdep" ? "dependencies" : "conflicts"].push(pattern);
    }
  }
  return relations;
}

/** Whether a line starts here. */
function isFirst(list: Buffer, at: number): boolean {
  return at === 0 || list[at - 1] === LINE_FEED;
}

/** Whether the line before says that this one does not count. */
function isIgnored(list: Buffer, at: number): boolean {
  const before = list.subarray(Math.max(0, at - 2 * IGNORE.length), at).toString("latin1");
  return /(^|\n)@ignore\s*\n$/.test(before);
}
