import { childrenOf, type ProfileTree } from "../profile/tree.ts";
import { PADDING } from "./flame-style.ts";

/** A frame of the picture. */
export interface Box {
  /** Its node in the tree. */
  readonly node: number;
  readonly name: string;
  readonly total: number;
  /** 0 for the root, which stands for all. */
  readonly depth: number;
  /** Left edge and width in pixels, rounded to one decimal. */
  readonly x: string;
  readonly width: string;
}

/** How boxes are placed. */
export interface Placement {
  /** Of the picture, in pixels. */
  readonly width: number;
  /** Narrower frames are left out, in pixels. */
  readonly minWidth: number;
  /** The value that the whole width stands for; the tree's own total unless told otherwise. */
  readonly whole?: number | undefined;
}

/** Places a tree's frames in a picture of the given width. */
export function layOut(
  tree: Pick<ProfileTree, "names" | "frames" | "totals" | "ends">,
  placement: Placement,
): { boxes: Box[]; depth: number } {
  const { totals } = tree;
  const whole = placement.whole ?? totals[0] ?? 0;
  const scale = whole > 0 ? (placement.width - 2 * PADDING) / whole : 0;
  const boxes: Box[] = [];
  let deepest = 0;
  // A list instead of recursion: stacks may be deeper than the engine's own.
  const waiting = [{ node: 0, depth: 0, start: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth, start } = next;
    const total = totals[node] ?? 0;
    const left = toTenth(PADDING + start * scale);
    const right = toTenth(PADDING + (start + total) * scale);
    const name = depth === 0 ? "all" : (tree.names[tree.frames[node] ?? 0] ?? "");
    boxes.push({ node, name, total, depth, x: left, width: (Number(right) - Number(left)).toFixed(1) });
    deepest = Math.max(deepest, depth);
    let from = start + total;
    for (const child of [...childrenOf(tree, node)].toReversed()) {
      const value = totals[child] ?? 0;
      from -= value;
      if (value > 0 && value * scale >= placement.minWidth) {
        waiting.push({ node: child, depth: depth + 1, start: from });
      }
    }
  }
  return { boxes, depth: deepest };
}

/** One decimal, ties to even as C's printf rounds; `toFixed` rounds them up. */
export function toTenth(value: number): string {
  const tie = Number.isInteger(value * 4) && !Number.isInteger(value * 2);
  if (!tie) return value.toFixed(1);
  const below = Math.floor(value * 10);
  return ((below % 2 === 0 ? below : below + 1) / 10).toFixed(1);
}
