import type { Comparison } from "../profile/compare.ts";

/** A tree in columns for the page, depth first. */
export interface PageTree {
  readonly frames: readonly number[];
  readonly depths: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** What a browser shows without effort. */
const MOST_NODES = 300_000;

/** Takes the widest nodes of a comparison's tree, each with its parent; `left` is how many are left out. */
export function visibleTree({ tree, before, after }: Comparison): { tree: PageTree; left: number } {
  const weights = new Float64Array(tree.size);
  for (let node = 0; node < tree.size; node++) {
    weights[node] = Math.max(before.totals[node] ?? 0, after.totals[node] ?? 0);
  }
  const sorted = weights.toSorted();
  const least = tree.size <= MOST_NODES ? 0 : (sorted[tree.size - MOST_NODES] ?? 0);
  /** How many of those that weigh just as much as the least there is room for. */
  let room = MOST_NODES - (tree.size - (sorted.findLastIndex((weight) => weight === least) + 1));
  const columns = {
    frames: [] as number[],
    depths: [] as number[],
    before: [] as number[],
    after: [] as number[],
  };
  const depthOf = new Int32Array(tree.size);
  for (let node = 0; node < tree.size; node++) {
    if (node > 0) depthOf[node] = (depthOf[tree.parents[node] ?? 0] ?? 0) + 1;
    // A parent is at least as wide as its child and comes before it, so that none is left without.
    const weight = weights[node] ?? 0;
    if (node > 0 && (weight < least || weight === 0 || (weight === least && room-- <= 0))) continue;
    columns.frames.push(tree.frames[node] ?? -1);
    columns.depths.push(depthOf[node] ?? 0);
    columns.before.push(before.totals[node] ?? 0);
    columns.after.push(after.totals[node] ?? 0);
  }
  return { tree: columns, left: tree.size - columns.frames.length };
}
