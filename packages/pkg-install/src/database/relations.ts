import { decodePart } from "../text.ts";

/** What a package says about others. */
export interface Relations {
  /** Patterns of what it needs. */
  readonly dependencies: readonly string[];
  /** Patterns of what cannot be installed beside it. */
  readonly conflicts: readonly string[];
}

const LINE_FEED = 10;
const AT_SIGN = 64;
const IGNORE = "@ignore";
/** What a line begins with that says something of other packages. */
const RELATION = "@pkg";

/**
 * Finds in the bytes of a packing list what it says about other packages.
 *
 * Most lists are long and have little of this; all other lines are passed over without being taken apart.
 */
export function readRelations(list: Buffer): Relations {
  const relations = { dependencies: [] as string[], conflicts: [] as string[] };
  for (let at = nextCandidate(list, 0); at < list.length;) {
    const end = endOfLine(list, at);
    const line = decodePart(list, at, end);
    const [, word, pattern] = /^@(pkgdep|pkgcfl)\s+(.*\S)/.exec(line) ?? [];
    if (pattern !== undefined && !isIgnored(list, at)) {
      relations[word === "pkgdep" ? "dependencies" : "conflicts"].push(pattern);
    }
    at = nextCandidate(list, end + 1);
  }
  return relations;
}

/** Of the lines from here on, where the next one starts that may be about other packages; such lines mostly stand together. */
function nextCandidate(list: Buffer, start: number): number {
  let at = start;
  for (; list[at] === AT_SIGN; at = endOfLine(list, at) + 1) {
    if (list[at + 1] === RELATION.charCodeAt(1)) return at;
  }
  const found = list.indexOf(`\n${RELATION}`, at);
  return found < 0 ? list.length : found + 1;
}

function endOfLine(list: Buffer, start: number): number {
  const feed = list.indexOf(LINE_FEED, start);
  return feed < 0 ? list.length : feed;
}

/** Whether the line before says that this one does not count. */
function isIgnored(list: Buffer, at: number): boolean {
  const before = list.toString("latin1", Math.max(0, at - 2 * IGNORE.length), at);
  return /(^|\n)@ignore\s*\n$/.test(before);
}
