/** What the values of a profile count. */
export type Unit = "bytes" | "samples";

/** One distinct stack of a profile. */
export interface Stack {
  /** Names of the frames, root first. */
  readonly frames: readonly string[];
  /** Bytes or samples of this very stack, without those of longer ones. */
  readonly value: number;
  /** How many events make up the value. */
  readonly count: number;
}

/** A node of the prefix tree: one frame below a given path. */
export interface ProfileNode {
  readonly name: string;
  /** Value of the stacks that end here. */
  readonly self: number;
  /** Value of the stacks that end here or below. */
  readonly total: number;
  /** Sorted by name, so that what is drawn from it is the same on every run. */
  readonly children: readonly ProfileNode[];
}

/** Child lookup by one number: room for 2^26 frames and as many parents as fit beside them. */
const FRAME_LIMIT = 2 ** 26;
const ROOT = 0;

/**
 * Weighted stacks, kept as a prefix tree of interned frames: memory grows with distinct stacks, not with events.
 */
export class Profile {
  readonly unit: Unit;
  readonly #frames: string[] = [""];
  readonly #frameIds = new Map<string, number>();
  readonly #children = new Map<number, number>();
  readonly #parents: number[] = [ROOT];
  readonly #frameOf: number[] = [0];
  readonly #values: number[] = [0];
  readonly #counts: number[] = [0];

  constructor(unit: Unit = "bytes") {
    this.unit = unit;
  }

  /** How many different frames there are. */
  get frameCount(): number {
    return this.#frames.length - 1;
  }

  /** Sum of all values. */
  get total(): number {
    return this.#values.reduce((sum, value) => sum + value, 0);
  }

  /** Adds a value to a stack, whose frames are given root first. */
  add(frames: readonly string[], value: number, count = 1): void {
    let node = ROOT;
    for (const name of frames) node = this.#child(node, this.#intern(name));
    this.#values[node] = (this.#values[node] ?? 0) + value;
    this.#counts[node] = (this.#counts[node] ?? 0) + count;
  }

  /** Every distinct stack that has a value or events, in the order of first appearance. */
  *stacks(): Generator<Stack> {
    for (let node = 0; node < this.#parents.length; node++) {
      const value = this.#values[node] ?? 0;
      const count = this.#counts[node] ?? 0;
      if (value !== 0 || count !== 0) yield { frames: this.#path(node), value, count };
    }
  }

  /** The prefix tree; its root has an empty name and the whole as total. */
  tree(): ProfileNode {
    const nodes = this.#parents.map((_, node) => ({
      name: this.#frames[this.#frameOf[node] ?? 0] ?? "",
      self: this.#values[node] ?? 0,
      total: this.#values[node] ?? 0,
      children: [] as ProfileNode[],
    }));
    // A child was always added after its parent.
    for (let node = nodes.length - 1; node > ROOT; node--) {
      const parent = nodes[this.#parents[node] ?? ROOT];
      const child = nodes[node];
      if (parent === undefined || child === undefined) continue;
      parent.total += child.total;
      parent.children.push(child);
    }
    for (const node of nodes) node.children.sort(byName);
    return nodes[ROOT] ?? { name: "", self: 0, total: 0, children: [] };
  }

  #intern(name: string): number {
    let id = this.#frameIds.get(name);
    if (id === undefined) {
      id = this.#frames.push(name) - 1;
      this.#frameIds.set(name, id);
    }
    return id;
  }

  #child(parent: number, frame: number): number {
    const key = parent * FRAME_LIMIT + frame;
    let node = this.#children.get(key);
    if (node === undefined) {
      node = this.#parents.push(parent) - 1;
      this.#frameOf.push(frame);
      this.#values.push(0);
      this.#counts.push(0);
      this.#children.set(key, node);
    }
    return node;
  }

  #path(node: number): string[] {
    const names: string[] = [];
    for (let at = node; at !== ROOT; at = this.#parents[at] ?? ROOT) {
      names.push(this.#frames[this.#frameOf[at] ?? 0] ?? "");
    }
    return names.toReversed();
  }
}

function byName(a: ProfileNode, b: ProfileNode): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
