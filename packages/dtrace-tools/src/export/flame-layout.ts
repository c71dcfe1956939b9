import type { Profile, ProfileNode } from "../profile.ts";

/** Space left and right of the frames, in pixels. */
export const PADDING = 10;

/** A frame of the picture. */
export interface Box {
  readonly name: string;
  readonly total: number;
  /** 0 for the root, which stands for all. */
  readonly depth: number;
  /** Left edge and width in pixels, rounded to one decimal. */
  readonly x: string;
  readonly width: string;
}

/** Places a profile's frames in a picture of the given width; those narrower than `minWidth` pixels are left out. */
export function layOut(profile: Profile, width: number, minWidth: number): { boxes: Box[]; depth: number } {
  const root = profile.tree();
  const scale = root.total > 0 ? (width - 2 * PADDING) / root.total : 0;
  const boxes: Box[] = [];
  let deepest = 0;
  // A list instead of recursion: stacks may be deeper than the engine's own.
  const waiting: { node: ProfileNode; depth: number; start: number }[] = [{ node: root, depth: 0, start: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth, start } = next;
    if (depth > 0 && node.total * scale < minWidth) continue;
    const left = toTenth(PADDING + start * scale);
    const right = toTenth(PADDING + (start + node.total) * scale);
    const name = depth === 0 ? "all" : node.name;
    boxes.push({ name, total: node.total, depth, x: left, width: (Number(right) - Number(left)).toFixed(1) });
    deepest = Math.max(deepest, depth);
    let end = start + node.total;
    for (const child of node.children.toReversed()) {
      end -= child.total;
      waiting.push({ node: child, depth: depth + 1, start: end });
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
