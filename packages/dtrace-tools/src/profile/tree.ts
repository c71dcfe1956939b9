/**
 * The prefix tree of stacks in columns, depth first: node 0 is the root, a node's children follow it in the order of
 * their names, so that what is drawn from it is the same on every run.
 */
export interface ProfileTree {
  /** How many nodes there are. */
  readonly size: number;
  /** Names of the frames, which `frames` holds the indices of. */
  readonly names: readonly string[];
  /** The frame of each node; -1 for the root. */
  readonly frames: Int32Array;
  /** The parent of each node. */
  readonly parents: Int32Array;
  /** The first node after each node and all below it. */
  readonly ends: Int32Array;
  /** Value of the stacks that end in each node. */
  readonly self: Float64Array;
  /** Value of the stacks that end in each node or below. */
  readonly totals: Float64Array;
  /** The node where each stack ends, by the stack's number. */
  readonly nodeOfStack: Int32Array;
}

interface Stacks {
  readonly names: readonly string[];
  /** Frame numbers of all stacks end to end, root first. */
  readonly frames: Int32Array;
  /** Where each stack begins. */
  readonly starts: Int32Array;
  /** What each stack weighs. */
  readonly values: Float64Array;
}

const ROOT = 0;

/** Makes the prefix tree of stacks by sorting them: what neighbours have in common is a path of the tree. */
export function growTree(stacks: Stacks): ProfileTree {
  const { starts, values } = stacks;
  const { ranks, frameOfRank } = rank(stacks);
  const endOf = (stack: number): number =>
    stack + 1 < starts.length ? (starts[stack + 1] ?? 0) : ranks.length;
  const columns = new Columns(ranks.length + 1);
  const nodeOfStack = new Int32Array(starts.length);
  /** Nodes of the path to the stack before, root first. */
  const path = [ROOT];
  let before = -1;
  for (const stack of sorted(ranks, starts, endOf)) {
    const start = starts[stack] ?? 0;
    const length = endOf(stack) - start;
    const last = before === -1 ? 0 : (starts[before] ?? 0);
    let shared = 0;
    while (shared < length && shared < path.length - 1 && ranks[start + shared] === ranks[last + shared])
      shared++;
    columns.close(path, shared + 1);
    for (let at = shared; at < length; at++) {
      path.push(columns.open(frameOfRank[ranks[start + at] ?? 0] ?? 0, path[at] ?? ROOT));
    }
    nodeOfStack[stack] = path[length] ?? ROOT;
    columns.self[path[length] ?? ROOT] = values[stack] ?? 0;
    before = stack;
  }
  columns.close(path, 0);
  return { names: stacks.names, nodeOfStack, ...columns.finish() };
}

/** The numbers of a node's children, in order. */
export function* childrenOf(tree: Pick<ProfileTree, "ends">, node: number): Generator<number> {
  const end = tree.ends[node] ?? 0;
  for (let child = node + 1; child < end; child = tree.ends[child] ?? end) yield child;
}

/** Sums values of nodes up to their parents. */
export function totalsOf(self: Float64Array, parents: Int32Array): Float64Array {
  const totals = self.slice();
  for (let node = totals.length - 1; node > ROOT; node--) {
    const parent = parents[node] ?? ROOT;
    totals[parent] = (totals[parent] ?? 0) + (totals[node] ?? 0);
  }
  return totals;
}

/** Frames as their places in the order of names, which numbers compare as the names do. */
function rank({ names, frames }: Stacks): { ranks: Int32Array; frameOfRank: Int32Array } {
  const order = names.map((_, frame) => frame);
  order.sort((a, b) => ((names[a] ?? "") < (names[b] ?? "") ? -1 : 1));
  const rankOf = new Int32Array(names.length);
  for (let place = 0; place < order.length; place++) rankOf[order[place] ?? 0] = place;
  const ranks = new Int32Array(frames.length);
  for (let at = 0; at < frames.length; at++) ranks[at] = rankOf[frames[at] ?? 0] ?? 0;
  return { ranks, frameOfRank: Int32Array.from(order) };
}

function sorted(ranks: Int32Array, starts: Int32Array, endOf: (stack: number) => number): Int32Array {
  const order = Int32Array.from(starts, (_, stack) => stack);
  return order.toSorted((a, b) => {
    const [startA, startB] = [starts[a] ?? 0, starts[b] ?? 0];
    const [lengthA, lengthB] = [endOf(a) - startA, endOf(b) - startB];
    const common = Math.min(lengthA, lengthB);
    for (let at = 0; at < common; at++) {
      const difference = (ranks[startA + at] ?? 0) - (ranks[startB + at] ?? 0);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  });
}

/** The columns of a tree while it is made. */
class Columns {
  readonly frames: Int32Array;
  readonly parents: Int32Array;
  readonly ends: Int32Array;
  readonly self: Float64Array;
  #size = 1;

  /** @param most how many nodes there may be */
  constructor(most: number) {
    this.frames = new Int32Array(most);
    this.parents = new Int32Array(most);
    this.ends = new Int32Array(most);
    this.self = new Float64Array(most);
    this.frames[ROOT] = -1;
  }

  open(frame: number, parent: number): number {
    const node = this.#size++;
    this.frames[node] = frame;
    this.parents[node] = parent;
    return node;
  }

  /** Says of the nodes of a path from a depth on that nothing more comes below them, and takes them off. */
  close(path: number[], depth: number): void {
    while (path.length > depth) this.ends[path.pop() ?? ROOT] = this.#size;
  }

  finish(): Omit<ProfileTree, "names" | "nodeOfStack"> {
    const size = this.#size;
    const parents = this.parents.subarray(0, size);
    const self = this.self.subarray(0, size);
    const [frames, ends] = [this.frames.subarray(0, size), this.ends.subarray(0, size)];
    return { size, frames, parents, ends, self, totals: totalsOf(self, parents) };
  }
}
