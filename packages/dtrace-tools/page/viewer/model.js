/* Trees of frames, and how their sizes are written. */

import { data } from "./data.js";

/**
 * A tree in columns, depth first: names of frames by index, and of each node its frame, depth, parent, the end of what
 * lies below it, and its values on both sides (`before` is all zero where there is one side).
 */
export function makeTree(columns) {
  const { frames, depths, before, after } = columns;
  const size = frames.length;
  const parents = new Int32Array(size);
  const ends = new Int32Array(size).fill(size);
  const path = [];
  for (let node = 0; node < size; node++) {
    while (path.length > depths[node]) ends[path.pop()] = node;
    parents[node] = path.length === 0 ? -1 : path.at(-1);
    path.push(node);
  }
  return { frames, depths, before, after, parents, ends, size };
}

export function childrenOf(tree, node) {
  const children = [];
  for (let child = node + 1; child < tree.ends[node]; child = tree.ends[child]) children.push(child);
  return children;
}

export function nameOf(tree, node) {
  return tree.frames[node] === -1 ? "all" : data.names[tree.frames[node]];
}

/** Merges what lies below (or above, `callers`) all places of a frame into one tree with that frame as its root. */
export function around(tree, frame, callers) {
  const root = emptyNode(frame);
  const add = (into, node, weight) => {
    into.before += tree.before[weight];
    into.after += tree.after[weight];
    return into;
  };
  for (let node = 1; node < tree.size; node++) {
    if (tree.frames[node] !== frame) continue;
    add(root, node, node);
    if (callers) {
      let at = root;
      for (let up = tree.parents[node]; up > 0; up = tree.parents[up])
        at = add(childOf(at, tree.frames[up]), up, node);
    } else {
      const path = [root];
      for (let below = node + 1; below < tree.ends[node]; below++) {
        const depth = tree.depths[below] - tree.depths[node];
        path.length = depth;
        path.push(add(childOf(path[depth - 1], tree.frames[below]), below, below));
      }
    }
    // A frame that calls itself counts once.
    if (!callers) node = tree.ends[node] - 1;
    else if (isBelowItself(tree, node)) subtract(root, tree, node);
  }
  return flatten(root);
}

function emptyNode(frame) {
  return { frame, before: 0, after: 0, children: new Map() };
}

function childOf(node, frame) {
  let found = node.children.get(frame);
  if (found === undefined) node.children.set(frame, (found = emptyNode(frame)));
  return found;
}

function isBelowItself(tree, node) {
  for (let up = tree.parents[node]; up > 0; up = tree.parents[up])
    if (tree.frames[up] === tree.frames[node]) return true;
  return false;
}

function subtract(root, tree, node) {
  root.before -= tree.before[node];
  root.after -= tree.after[node];
}

function flatten(root) {
  const columns = { frames: [], depths: [], before: [], after: [] };
  const waiting = [{ node: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    columns.frames.push(next.node.frame);
    columns.depths.push(next.depth);
    columns.before.push(next.node.before);
    columns.after.push(next.node.after);
    const children = [...next.node.children.values()].toSorted(
      (a, b) => b.after + b.before - a.after - a.before,
    );
    for (const one of children.toReversed()) waiting.push({ node: one, depth: next.depth + 1 });
  }
  return makeTree(columns);
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

export function sizeText(value) {
  if (data.unit !== "bytes") return value.toLocaleString("en");
  const power =
    Math.abs(value) < 1024 ? 0 : Math.min(Math.floor(Math.log2(Math.abs(value)) / 10), UNITS.length - 1);
  return power === 0 ? `${value} bytes` : `${(value / 1024 ** power).toFixed(1)} ${UNITS[power]}`;
}

export function exactText(value) {
  return `${value.toLocaleString("en")} ${data.unit}`;
}

export function percentText(value, whole) {
  return `${whole === 0 ? 0 : ((value * 100) / whole).toFixed(2)}%`;
}

export function changeText(before, after) {
  if (before === after) return "0.0%";
  if (before === 0) return "new";
  if (after === 0) return "gone";
  return `${after > before ? "+" : ""}${(((after - before) * 100) / before).toFixed(1)}%`;
}
