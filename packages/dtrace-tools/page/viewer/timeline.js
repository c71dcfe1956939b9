/* The course of the heap's size over time, of both sides where there are two. */

import { data } from "./data.js";
import { sizeText } from "./model.js";

const MARGIN = { left: 84, right: 16, top: 14, bottom: 30 };
const HEIGHT = 320;

export function drawTimeline(canvas, at) {
  const width = canvas.clientWidth;
  if (width === 0) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  canvas.style.height = `${HEIGHT}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name);
  const lines = data.timelines.filter((one) => one.points.length > 0);
  const end = Math.max(1, ...lines.map((one) => one.points.at(-1)[0]));
  const most = Math.max(1, ...lines.flatMap((one) => one.points.map((point) => point[1])));
  const x = (time) => MARGIN.left + (time * (width - MARGIN.left - MARGIN.right)) / end;
  const y = (bytes) => HEIGHT - MARGIN.bottom - (bytes * (HEIGHT - MARGIN.top - MARGIN.bottom)) / most;
  context.font = '11px system-ui, "DejaVu Sans", sans-serif';
  context.strokeStyle = colour("--line");
  context.fillStyle = colour("--faint");
  for (let step = 0; step <= 4; step++) {
    const bytes = (most * step) / 4;
    context.beginPath();
    context.moveTo(MARGIN.left, y(bytes));
    context.lineTo(width - MARGIN.right, y(bytes));
    context.stroke();
    context.textAlign = "right";
    context.fillText(sizeText(Math.round(bytes)), MARGIN.left - 8, y(bytes) + 4);
    context.textAlign = step === 0 ? "left" : step === 4 ? "right" : "center";
    context.fillText(timeText((end * step) / 4), x((end * step) / 4), HEIGHT - 10);
  }
  for (const [number, line] of lines.entries()) {
    const stroke = colour(lines.length === 2 && number === 0 ? "--faint" : "--accent");
    area(context, { points: line.points, x, y, stroke, filled: number === lines.length - 1, end });
  }
  if (at !== undefined)
    marker(context, {
      lines,
      x,
      y,
      time: ((at - MARGIN.left) * end) / (width - MARGIN.left - MARGIN.right),
      colour,
    });
}

function area(context, { points, x, y, stroke, filled, end }) {
  context.beginPath();
  for (const [number, [time, bytes]] of points.entries()) {
    if (number === 0) context.moveTo(x(time), y(bytes));
    else {
      context.lineTo(x(time), y(points[number - 1][1]));
      context.lineTo(x(time), y(bytes));
    }
  }
  const [last] = points.slice(-1);
  context.lineTo(x(Math.max(last[0], end * 0.002)), y(last[1]));
  context.strokeStyle = stroke;
  context.lineWidth = 2;
  context.stroke();
  context.lineWidth = 1;
  if (!filled) return;
  context.lineTo(x(last[0]), y(0));
  context.lineTo(x(points[0][0]), y(0));
  context.globalAlpha = 0.14;
  context.fillStyle = stroke;
  context.fill();
  context.globalAlpha = 1;
}

function marker(context, { lines, x, y, time, colour }) {
  for (const line of lines) {
    const point = line.points.findLast((one) => one[0] <= time);
    if (point === undefined) continue;
    context.fillStyle = colour("--accent");
    context.beginPath();
    context.arc(x(Math.max(time, 0)), y(point[1]), 4, 0, 7);
    context.fill();
  }
}

/** What each line says at a place of the canvas. */
export function timelineAt(canvas, at) {
  const lines = data.timelines.filter((one) => one.points.length > 0);
  const end = Math.max(1, ...lines.map((one) => one.points.at(-1)[0]));
  const time = ((at - MARGIN.left) * end) / (canvas.clientWidth - MARGIN.left - MARGIN.right);
  const sizes = lines.map(
    (one) => `${one.name}: ${sizeText(one.points.findLast((point) => point[0] <= time)?.[1] ?? 0)}`,
  );
  return `after ${timeText(Math.max(time, 0))}, ${sizes.join(", ")}`;
}

function timeText(milliseconds) {
  return milliseconds >= 1000
    ? `${(milliseconds / 1000).toFixed(2)} s`
    : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
