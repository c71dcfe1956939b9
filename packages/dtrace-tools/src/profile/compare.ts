import { Profile } from "./profile.ts";
import { type ProfileTree, totalsOf } from "./tree.ts";

/** Two profiles over one prefix tree. */
export interface Comparison {
  /** The tree of both; its values are their sums. */
  readonly tree: ProfileTree;
  readonly before: Side;
  readonly after: Side;
}

/** One side's values of each node of the tree. */
export interface Side {
  readonly self: Float64Array;
  readonly totals: Float64Array;
}

/** How one frame's value changed, wherever it occurs; one that calls itself counts once. */
export interface FrameChange {
  readonly name: string;
  /** Value of the stacks that it is part of, on each side. */
  readonly before: number;
  readonly after: number;
  /** `after - before`. */
  readonly change: number;
  /** The same of the stacks that end in it. */
  readonly selfBefore: number;
  readonly selfAfter: number;
  readonly selfChange: number;
}

/** Lays two profiles over each other, stack by stack. */
export function compare(before: Profile, after: Profile): Comparison {
  const both = new Profile(after.unit);
  const weights = [before, after].map((profile) =>
    [...profile.stacks()].map(({ frames, value, count }) => [both.add(frames, value, count), value] as const),
  );
  const tree = both.tree();
  const [first, second] = weights.map((side) => {
    const self = new Float64Array(tree.size);
    for (const [stack, value] of side) self[tree.nodeOfStack[stack] ?? 0] = value;
    return { self, totals: totalsOf(self, tree.parents) };
  });
  if (first === undefined || second === undefined) throw new Error("two sides are compared");
  return { tree, before: first, after: second };
}

/** How each frame's inclusive and exclusive values changed, the largest inclusive change first. */
export function frameChanges(comparison: Comparison): FrameChange[] {
  const { tree } = comparison;
  const before = sumFrames(tree, comparison.before);
  const after = sumFrames(tree, comparison.after);
  const changes: FrameChange[] = [];
  for (let frame = 0; frame < tree.names.length; frame++) {
    const [was, is] = [before.totals[frame] ?? 0, after.totals[frame] ?? 0];
    const [selfBefore, selfAfter] = [before.self[frame] ?? 0, after.self[frame] ?? 0];
    const name = tree.names[frame] ?? "";
    const selfChange = selfAfter - selfBefore;
    changes.push({ name, before: was, after: is, change: is - was, selfBefore, selfAfter, selfChange });
  }
  const size = (one: FrameChange): number => Math.abs(one.change);
  return changes.toSorted((a, b) => size(b) - size(a) || b.after - a.after || (a.name < b.name ? -1 : 1));
}

/** Sums a side's values by frame; a frame that is on a stack twice counts once. */
export function sumFrames(tree: ProfileTree, side: Side): Side {
  const self = new Float64Array(tree.names.length);
  const totals = new Float64Array(tree.names.length);
  /** For each frame, the end of the part of the tree below its outermost node. */
  const covered = new Int32Array(tree.names.length);
  for (let node = 1; node < tree.size; node++) {
    const frame = tree.frames[node] ?? 0;
    self[frame] = (self[frame] ?? 0) + (side.self[node] ?? 0);
    if (node < (covered[frame] ?? 0)) continue;
    totals[frame] = (totals[frame] ?? 0) + (side.totals[node] ?? 0);
    covered[frame] = tree.ends[node] ?? 0;
  }
  return { self, totals };
}
