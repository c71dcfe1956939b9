/* Connects what is on the page; the address keeps what is shown, so that it can be passed on. */

import { data } from "./data.js";
import { Flame, weightsOf } from "./flame.js";
import { around, changeText, exactText, makeTree, nameOf, percentText, sizeText } from "./model.js";
import { DEFAULTS, isDark, preferred, printing, state } from "./state.js";
import { drawTable, element } from "./table.js";
import { drawTimeline, timelineAt } from "./timeline.js";

const byId = (id) => document.getElementById(id);
const tree = makeTree(data.tree);
const VIEWS = ["flame", "table", "sandwich", "time"];

const hover = (ofTree) => (node, event) => showDetails(ofTree(), node, event);
const flame = new Flame(byId("flame"), {
  upwards: () => state.up === "1",
  onHover: hover(() => tree),
  onZoom: (node) => change({ node: String(node) }),
  onPick: (node) => tree.frames[node] !== -1 && pick(tree.frames[node]),
});
const [callers, callees] = ["callers", "callees"].map((id) => {
  const one = new Flame(byId(id), {
    upwards: () => id === "callers",
    onHover: hover(() => one.tree),
    onZoom: () => undefined,
    onPick: (node) => pick(one.tree.frames[node]),
  });
  return one;
});

function pick(frame) {
  change({ view: "sandwich", frame: String(frame) });
}

function change(changes) {
  Object.assign(state, changes);
  remember();
  draw();
}

function draw() {
  document.documentElement.classList.toggle("dark", isDark());
  try {
    state.expression =
      state.search === "" ? undefined : new RegExp(state.search, state.case === "1" ? "" : "i");
    byId("matched").textContent = matchedText();
  } catch (error) {
    state.expression = undefined;
    byId("matched").textContent = error.message;
  }
  const empty = data.top.length === 0 && state.view !== "time";
  byId("empty-panel").hidden = !empty;
  for (const view of VIEWS) {
    byId(`${view}-panel`).hidden = empty || view !== state.view;
    byId(`${view}-tab`).setAttribute("aria-pressed", String(view === state.view));
  }
  for (const side of ["before", "after"])
    byId(side)?.setAttribute("aria-pressed", String(side === state.side));
  byId("up").setAttribute("aria-pressed", String(state.up === "1"));
  byId("theme").setAttribute("aria-pressed", String(state.theme === "dark"));
  byId("case").checked = state.case === "1";
  if (byId("search").value !== state.search) byId("search").value = state.search;
  byId("reset").disabled = state.node === "0" && state.search === "";
  if (state.view === "flame") flame.show(tree, Number(state.node));
  if (state.view === "table") drawFrames();
  if (state.view === "sandwich") drawSandwich();
  if (state.view === "time") drawTimeline(byId("time"));
}

function drawFrames() {
  const whole = weightsOf(tree)[0];
  drawTable(byId("table"), { whole, onPick: pick, onSort: (sort) => change({ sort }) });
}

function drawSandwich() {
  const chosen = Number(state.frame) >= 0 ? Number(state.frame) : data.top[0]?.frame;
  byId("sandwich-body").hidden = chosen === undefined;
  if (chosen === undefined) return;
  byId("sandwich-name").textContent = data.names[chosen];
  callers.show(around(tree, chosen, true));
  callees.show(around(tree, chosen, false));
}

/** How much of what is shown the matching frames are, overlaps counted once. */
function matchedText() {
  if (state.expression === undefined) return "";
  const weights = weightsOf(tree);
  const root = Number(state.node);
  let sum = 0;
  for (let node = root; node < tree.ends[root]; node++) {
    if (!state.expression.test(nameOf(tree, node))) continue;
    sum += weights[node];
    node = tree.ends[node] - 1;
  }
  return `Matched: ${weights[root] === 0 ? "0.0" : ((sum * 100) / weights[root]).toFixed(1)}%`;
}

function showDetails(of, node, event) {
  const tip = byId("tip");
  tip.hidden = node === undefined || event === undefined;
  if (node === undefined) {
    byId("details").textContent = "";
    return;
  }
  const [was, is] = [of.before[node], of.after[node]];
  const value = state.side === "before" ? was : is;
  const whole = state.side === "before" ? of.before[0] : of.after[0];
  const sizes =
    data.sides === 2
      ? `${sizeText(was)} before, ${sizeText(is)} after (${changeText(was, is)})`
      : [...new Set([sizeText(value), exactText(value), percentText(value, whole)])].join(", ");
  for (const place of [byId("details"), tip]) {
    const faint = element("div", { className: "faint", textContent: sizes });
    place.replaceChildren(
      element("b", { textContent: nameOf(of, node) }),
      place === tip ? faint : ` ${sizes}`,
    );
  }
  if (event !== undefined) placeTip(tip, event);
}

function placeTip(tip, event) {
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(Math.min(event.clientX + 14, window.innerWidth - width - 8), 8)}px`;
  tip.style.top = `${event.clientY + 18 + height > window.innerHeight ? event.clientY - height - 10 : event.clientY + 18}px`;
}

function remember() {
  const parts = new URLSearchParams();
  for (const [key, value] of Object.entries(DEFAULTS)) if (state[key] !== value) parts.set(key, state[key]);
  if (state.theme !== preferred) parts.set("theme", state.theme);
  window.history.replaceState(null, "", `#${parts}`);
}

function restore() {
  const parts = new URLSearchParams(window.location.hash.slice(1));
  for (const key of Object.keys(DEFAULTS)) state[key] = parts.get(key) ?? DEFAULTS[key];
  state.theme = parts.get("theme") ?? preferred;
  if (!VIEWS.includes(state.view) || byId(`${state.view}-tab`).hidden) state.view = "flame";
  if (data.sides === 1) state.side = "after";
  // The address may be that of another page.
  if (!isIndex(state.node, tree.size)) state.node = "0";
  if (!isIndex(state.frame, data.names.length)) state.frame = DEFAULTS.frame;
  draw();
}

function isIndex(text, size) {
  return /^\d+$/.test(text) && Number(text) < size;
}

function onKey(event) {
  const control = event.ctrlKey || event.metaKey;
  const typing = event.target instanceof HTMLInputElement;
  if ((control && event.key === "f") || (event.key === "/" && !typing)) {
    event.preventDefault();
    byId("search").focus();
    byId("search").select();
  } else if (event.key === "Escape") {
    byId("search").blur();
    reset();
  } else if (!typing && !control && ["1", "2", "3", "4"].includes(event.key)) {
    const view = VIEWS[Number(event.key) - 1];
    if (!byId(`${view}-tab`).hidden) change({ view });
  } else if (!typing && !control && event.key === "d") {
    change({ theme: state.theme === "dark" ? "light" : "dark" });
  } else if (!typing && !control && event.key === "b" && data.sides === 2) {
    change({ side: state.side === "after" ? "before" : "after" });
  }
}

function reset() {
  change({ node: "0", search: "" });
}

for (const view of VIEWS) byId(`${view}-tab`).addEventListener("click", () => change({ view }));
for (const side of ["before", "after"]) byId(side)?.addEventListener("click", () => change({ side }));
byId("up").addEventListener("click", () => change({ up: state.up === "1" ? "0" : "1" }));
byId("theme").addEventListener("click", () => change({ theme: state.theme === "dark" ? "light" : "dark" }));
byId("reset").addEventListener("click", reset);
byId("case").addEventListener("change", (event) => change({ case: event.target.checked ? "1" : "0" }));
byId("search").addEventListener("input", (event) => change({ search: event.target.value }));
byId("time").addEventListener("mousemove", (event) => {
  drawTimeline(byId("time"), event.offsetX);
  byId("details").textContent = timelineAt(byId("time"), event.offsetX);
});
window.addEventListener("keydown", onKey);
window.addEventListener("resize", draw);
printing.addEventListener("change", draw);
window.addEventListener("hashchange", restore);
restore();
