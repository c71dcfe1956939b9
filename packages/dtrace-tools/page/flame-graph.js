/*
 * The script inside a flame graph's SVG: details under the mouse, zoom, search, and a link that restores both.
 * `settings` is defined before it: padding, letter (width in pixels), shortest (label), nameType, inverted.
 */
"use strict";

const RIGHT_EDGE = 0.15; // Positions are rounded to a tenth of a pixel.
const MATCH_COLOUR = "rgb(230,0,230)";

/** Frames of each picture on the page as they were drawn: { group, rect, text, title, name, x, width, y, fill }. */
let pictures = [];
/** The frame that each picture is zoomed to. */
let zoomed = [];
let pattern = "";
let ignoreCase = false;

const byId = (id) => document.getElementById(id);

window.addEventListener("load", () => {
  const groups = [...document.querySelectorAll(".frames")].filter((group) => group.children.length > 0);
  pictures = groups.map((group) => [...group.children].map(readFrame));
  for (const [number, frames] of pictures.entries()) {
    for (const frame of frames) {
      frame.group.addEventListener("mouseover", () => showDetails(frame));
      frame.group.addEventListener("mouseout", () => showDetails(undefined));
      frame.group.addEventListener("click", () => zoom(number, frame === frames[0] ? undefined : frame));
    }
  }
  byId("unzoom").addEventListener("click", unzoom);
  byId("search").addEventListener("click", toggleSearch);
  byId("ignore-case").addEventListener("click", toggleCase);
  window.addEventListener("keydown", onKey);
  restore();
});

function readFrame(group) {
  const [title, rect, text] = group.children;
  const full = title.textContent;
  return {
    group,
    rect,
    text,
    title: full,
    name: full.slice(0, full.lastIndexOf(" (")),
    x: Number(rect.getAttribute("x")),
    width: Number(rect.getAttribute("width")),
    y: Number(rect.getAttribute("y")),
    fill: rect.getAttribute("fill"),
  };
}

function showDetails(frame) {
  byId("details").textContent = frame === undefined ? " " : `${settings.nameType} ${frame.title}`;
}

/** Draws one frame as wide as the picture, what it calls beyond it, and what called it, faded, before it. */
function zoom(number, target) {
  zoomed[number] = target;
  const frames = pictures[number];
  const all = frames[0];
  const origin = target ?? all;
  const scale = origin.width === 0 ? 1 : all.width / origin.width;
  for (const frame of frames) {
    const covers =
      frame.x <= origin.x + RIGHT_EDGE && frame.x + frame.width + RIGHT_EDGE >= origin.x + origin.width;
    const ancestor = isBefore(frame, origin) && covers;
    const inside =
      frame.x + RIGHT_EDGE >= origin.x && frame.x + frame.width <= origin.x + origin.width + RIGHT_EDGE;
    const shown = ancestor || (!isBefore(frame, origin) && inside);
    frame.group.classList.toggle("hidden", !shown);
    frame.group.classList.toggle("ancestor", ancestor);
    if (!shown) continue;
    if (ancestor) place(frame, all.x, all.width);
    else place(frame, settings.padding + (frame.x - origin.x) * scale, frame.width * scale);
  }
  byId("unzoom").classList.toggle(
    "hidden",
    zoomed.every((one) => one === undefined),
  );
  search();
}

/** Tells whether a frame is nearer to the root than another. */
function isBefore(frame, other) {
  return settings.inverted ? frame.y < other.y : frame.y > other.y;
}

function unzoom() {
  for (const number of pictures.keys()) zoom(number, undefined);
}

function place(frame, x, width) {
  frame.rect.setAttribute("x", x.toFixed(1));
  frame.rect.setAttribute("width", width.toFixed(1));
  frame.text.setAttribute("x", (x + 3).toFixed(2));
  const room = Math.floor(width / settings.letter);
  const letters = [...frame.name];
  if (room < settings.shortest) frame.text.textContent = "";
  else
    frame.text.textContent = letters.length <= room ? frame.name : `${letters.slice(0, room - 2).join("")}..`;
}

/** Colours the frames that match, and says how much of what is shown they are, overlaps counted once. */
function search() {
  let expression;
  try {
    expression = pattern === "" ? undefined : new RegExp(pattern, ignoreCase ? "i" : "");
  } catch (error) {
    showMatched(error.message);
    return;
  }
  const shares = [];
  for (const [number, frames] of pictures.entries()) {
    const matched = frames.filter((frame) => {
      const matches = expression !== undefined && expression.test(frame.name);
      frame.rect.setAttribute("fill", matches ? MATCH_COLOUR : frame.fill);
      const { classList } = frame.group;
      return matches && !classList.contains("hidden") && !classList.contains("ancestor");
    });
    const whole = (zoomed[number] ?? frames[0]).width;
    shares.push(`${(whole === 0 ? 0 : (covered(matched) * 100) / whole).toFixed(1)}%`);
  }
  byId("search").textContent = expression === undefined ? "Search" : "Reset Search";
  byId("search").classList.toggle("on", expression !== undefined);
  showMatched(expression === undefined ? " " : `Matched: ${shares.join(" / ") || "0.0%"}`);
  remember();
}

function covered(matched) {
  let end = -1;
  let sum = 0;
  for (const { x, width } of matched.toSorted((a, b) => a.x - b.x || b.width - a.width)) {
    const from = Math.max(x, end);
    if (x + width <= from) continue;
    sum += x + width - from;
    end = x + width;
  }
  return sum;
}

function showMatched(text) {
  byId("matched").textContent = text;
}

function toggleSearch() {
  if (pattern === "") pattern = window.prompt("Search for a regular expression, such as ^alloc") ?? "";
  else pattern = "";
  search();
}

function toggleCase() {
  ignoreCase = !ignoreCase;
  byId("ignore-case").classList.toggle("on", ignoreCase);
  search();
}

function onKey(event) {
  const control = event.ctrlKey || event.metaKey;
  if (event.key === "F3" || (control && event.key === "f")) {
    event.preventDefault();
    pattern = "";
    toggleSearch();
  } else if (control && event.key === "i") {
    event.preventDefault();
    toggleCase();
  } else if (event.key === "Escape") {
    pattern = "";
    unzoom();
  }
}

/** Keeps zoom and search in the address, so that it can be passed on. */
function remember() {
  const query = new URLSearchParams();
  for (const frame of zoomed) {
    if (frame === undefined) continue;
    query.append("x", String(frame.x));
    query.append("y", String(frame.y));
  }
  if (pattern !== "") query.set("s", pattern);
  if (pattern !== "" && ignoreCase) query.set("ic", "1");
  const text = query.toString();
  try {
    window.history.replaceState(null, "", text === "" ? window.location.pathname : `?${text}`);
  } catch {
    // A page without an address of its own has nothing to pass on.
  }
}

function restore() {
  const query = new URLSearchParams(window.location.search);
  pattern = query.get("s") ?? "";
  ignoreCase = query.has("ic");
  byId("ignore-case").classList.toggle("on", ignoreCase);
  const ys = query.getAll("y").map(Number);
  for (const [at, x] of query.getAll("x").map(Number).entries()) {
    for (const [number, frames] of pictures.entries()) {
      const target = frames.find((frame) => frame.x === x && frame.y === ys[at]);
      if (target !== undefined) zoom(number, target);
    }
  }
  if (pattern !== "") search();
}
