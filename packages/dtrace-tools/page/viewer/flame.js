/* A flame graph on a canvas: only what is wide enough to be seen is looked at, so that large trees stay quick. */

import { frameColour, rootColour } from "./colours.js";
import { childrenOf, nameOf } from "./model.js";
import { isDark, state } from "./state.js";

const ROW = 20;
const NARROWEST = 0.4;
const LABEL_ROOM = 24;
/** Pixels of a canvas, one way; browsers draw nothing on one that is larger. */
const LARGEST = 32_767;

export class Flame {
  /** @param options upwards (root at the bottom), onHover(node, event), onZoom(node), onPick(node) */
  constructor(canvas, options) {
    this.canvas = canvas;
    this.options = options;
    this.tree = undefined;
    this.root = 0;
    this.selected = undefined;
    this.boxes = [];
    canvas.addEventListener("mousemove", (event) => this.options.onHover(this.at(event), event));
    canvas.addEventListener("mouseleave", () => this.options.onHover(undefined));
    canvas.addEventListener("click", (event) => this.click(event));
    canvas.addEventListener("dblclick", (event) => {
      const node = this.at(event);
      if (node !== undefined) this.options.onPick(node);
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  show(tree, root = 0) {
    this.tree = tree;
    this.root = root < tree.size ? root : 0;
    this.selected = undefined;
    this.draw();
  }

  click(event) {
    const node = this.at(event);
    if (node === undefined) return;
    this.selected = node;
    this.zoom(node);
  }

  zoom(node) {
    this.root = node;
    this.draw();
    this.options.onZoom(node);
  }

  at(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    return this.boxes.find((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + ROW)
      ?.node;
  }

  /** Places the frames that can be seen: the root and what it calls in proportion, its callers whole. */
  layOut(width) {
    const { tree, root } = this;
    const weights = weightsOf(tree);
    const callers = [];
    for (let up = tree.parents[root]; up >= 0; up = tree.parents[up]) callers.unshift(up);
    this.boxes = callers.map((node, row) => ({ node, row, x: 0, width, caller: true }));
    const scale = weights[root] > 0 ? width / weights[root] : 0;
    const waiting = [{ node: root, row: callers.length, x: 0 }];
    let deepest = callers.length;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, row, x } = next;
      this.boxes.push({ node, row, x, width: weights[node] * scale, caller: false });
      deepest = Math.max(deepest, row);
      let at = x;
      for (let child = node + 1; child < tree.ends[node]; child = tree.ends[child]) {
        const wide = weights[child] * scale;
        if (wide >= NARROWEST) waiting.push({ node: child, row: row + 1, x: at });
        at += wide;
      }
    }
    return deepest + 1;
  }

  draw() {
    if (this.tree === undefined) return;
    const { canvas } = this;
    const width = canvas.clientWidth;
    if (width === 0) return;
    const height = Math.max(this.layOut(width), 3) * ROW;
    const ratio = Math.min(window.devicePixelRatio || 1, LARGEST / height);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = '12px system-ui, "Segoe UI", "DejaVu Sans", Verdana, sans-serif';
    context.textBaseline = "middle";
    for (const box of this.boxes) {
      box.y = this.options.upwards() ? height - (box.row + 1) * ROW : box.row * ROW;
      this.paint(context, box);
    }
  }

  paint(context, { node, x, y, width, caller }) {
    const { tree } = this;
    const name = nameOf(tree, node);
    const matches = state.expression !== undefined && state.expression.test(name);
    const dark = isDark();
    context.globalAlpha = caller ? 0.55 : state.expression !== undefined && !matches ? 0.45 : 1;
    const colour =
      tree.frames[node] === -1 ? rootColour() : frameColour(name, tree.before[node], tree.after[node]);
    context.fillStyle = matches ? "#e0359b" : colour;
    const drawn = Math.max(width - (width > 3 ? 1 : 0), 0.4);
    context.beginPath();
    if (drawn > 6) context.roundRect(x, y + 0.5, drawn, ROW - 1, 3);
    else context.rect(x, y + 0.5, drawn, ROW - 1);
    context.fill();
    if (node === this.selected) {
      context.strokeStyle = dark ? "#ffffff" : "#10241a";
      context.lineWidth = 1.5;
      context.stroke();
    }
    if (width < LABEL_ROOM) return;
    context.fillStyle = matches ? "#ffffff" : dark ? "#f0f5f2" : "#12211a";
    context.fillText(fitted(context, name, width - 10), x + 5, y + ROW / 2 + 0.5);
    context.globalAlpha = 1;
  }

  /** Arrow keys walk from frame to frame, Enter zooms, Backspace goes to the caller. */
  key(event) {
    const { tree } = this;
    const node = this.selected ?? this.root;
    const towards = this.options.upwards()
      ? { ArrowUp: "in", ArrowDown: "out" }
      : { ArrowUp: "out", ArrowDown: "in" };
    const siblings =
      node > 0 ? childrenOf(tree, tree.parents[node]).filter((one) => weightsOf(tree)[one] > 0) : [node];
    let next;
    if (event.key === "Enter") this.zoom(node);
    else if (event.key === "Backspace") this.zoom(Math.max(tree.parents[this.root], 0));
    else if (event.key === "ArrowLeft") next = siblings[siblings.indexOf(node) - 1];
    else if (event.key === "ArrowRight") next = siblings[siblings.indexOf(node) + 1];
    else if (towards[event.key] === "in")
      next = childrenOf(tree, node).find((one) => weightsOf(tree)[one] > 0);
    else if (towards[event.key] === "out") next = node > 0 ? tree.parents[node] : undefined;
    else return;
    event.preventDefault();
    if (next === undefined) return;
    this.selected = next;
    this.draw();
    this.options.onHover(next);
  }
}

/** The values that widths stand for: those of the side that is shown. */
export function weightsOf(tree) {
  return state.side === "before" ? tree.before : tree.after;
}

function fitted(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}\u2026`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low < 2 ? "" : `${text.slice(0, low)}\u2026`;
}
