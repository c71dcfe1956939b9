import { readFileSync } from "node:fs";
import type { TimePoint } from "../heap/timeline.ts";
import { compare, sumFrames } from "../profile/compare.ts";
import { Profile } from "../profile/profile.ts";
import type { Recording } from "../recording.ts";
import { formatSize } from "../size.ts";
import { changeText } from "./difference-graph.ts";
import { escapeXml, withCommas } from "./flame-page.ts";
import { visibleTree } from "./visible-tree.ts";

/** One side of a page: a profile and what else is known about it. */
export interface HtmlSubject {
  /** What it is called. */
  readonly name: string;
  readonly profile: Profile;
  /** Totals and the course of the size come from it. */
  readonly recording?: Recording | undefined;
}

/** What a page shows beside its subject. */
export interface HtmlOptions {
  /** The subject's name unless told otherwise. */
  readonly title?: string | undefined;
  /** What the subject is compared with. */
  readonly before?: HtmlSubject | undefined;
}

/** Frames in the table; the rest are found by search in the flame graph. */
const MOST_FRAMES = 2000;
/** The page's modules, each after those that it imports. */
const MODULES = ["data", "state", "model", "colours", "flame", "table", "timeline", "main"];

/**
 * Writes a page that shows a profile without a network: flame graph, table, callers and callees, course of the size.
 *
 * With two sides frames are coloured by their change, and widths are those of the side that is chosen.
 */
export function* toHtmlReport(subject: HtmlSubject, options: HtmlOptions = {}): Generator<string> {
  const { before } = options;
  const title = options.title ?? subject.name;
  const sides = before === undefined ? 1 : 2;
  const comparison = compare(before?.profile ?? new Profile(subject.profile.unit), subject.profile);
  const { tree, left } = visibleTree(comparison);
  const was = sumFrames(comparison.tree, comparison.before);
  const is = sumFrames(comparison.tree, comparison.after);
  const top = comparison.tree.names
    .map((_, frame) => ({
      frame,
      total: is.totals[frame] ?? 0,
      self: is.self[frame] ?? 0,
      wasTotal: was.totals[frame] ?? 0,
      wasSelf: was.self[frame] ?? 0,
    }))
    .toSorted((a, b) => Math.max(b.total, b.wasTotal) - Math.max(a.total, a.wasTotal))
    .slice(0, MOST_FRAMES);
  const timelines = [before, subject]
    .filter((one) => one !== undefined)
    .map(({ name, recording }) => ({ name, points: recording?.timeline.map(pair) ?? [] }));
  const hasTime = timelines.some(({ points }) => points.length > 0);
  const data = { unit: subject.profile.unit, sides, names: comparison.tree.names, tree, top, timelines };
  yield head(title);
  yield `<header><h1>${escapeXml(title)}</h1><p class="subtitle">${escapeXml(subtitle(subject, before))}</p></header>\n`;
  yield cards(subject, before);
  yield controls(sides === 2 ? [before?.name ?? "", subject.name] : undefined, hasTime);
  yield body(left, sides === 2);
  yield `<script id="data" type="application/json">`;
  // `<` would let a name end the script.
  yield JSON.stringify(data).replaceAll("<", "\\u003c");
  yield `</script>\n<script>\n"use strict";\n`;
  for (const name of MODULES) yield withoutImports(asset(`${name}.js`));
  yield "</script>\n</body>\n</html>\n";
}

function pair({ time, bytes }: TimePoint): [number, number] {
  return [time, bytes];
}

function head(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeXml(title)}</title>
<link rel="icon" href="data:,">
<style>
${asset("viewer.css")}</style>
</head>
<body>
`;
}

function subtitle({ name, profile, recording }: HtmlSubject, before: HtmlSubject | undefined): string {
  if (before !== undefined) return `${before.name} compared with ${name}`;
  if (recording === undefined)
    return `${withCommas(profile.total)} ${profile.unit} in ${profile.stackCount} stacks`;
  const { backend, metric, startedAt } = recording;
  return `${metric} by ${backend}, ${startedAt.replace("T", " ").replace(/\..*/, " UTC")}`;
}

function cards(subject: HtmlSubject, before: HtmlSubject | undefined): string {
  const totals = subject.recording?.totals;
  const earlier = before?.recording?.totals;
  const size = subject.profile.unit === "bytes" ? formatSize : withCommas;
  const all = [
    card("total growth", subject.profile.total, before?.profile.total, size),
    card("calls", totals?.calls, earlier?.calls, withCommas),
    card("largest size", totals?.peak, earlier?.peak, formatSize),
    card("held at exits", totals?.held, earlier?.held, formatSize),
    card("given back", totals?.released, earlier?.released, formatSize),
  ];
  const { lost = 0, partial, beside = {} } = subject.recording ?? {};
  for (const [name, bytes] of Object.entries(beside)) {
    all.push(card(name, bytes, before?.recording?.beside?.[name], formatSize));
  }
  if (lost > 0) all.push(card("events lost", lost, undefined, withCommas));
  const note = partial === undefined ? "" : `<p class="subtitle">partial: ${escapeXml(partial)}</p>`;
  return `<section class="cards">${all.join("")}${note}</section>\n`;
}

function card(
  name: string,
  value: number | undefined,
  before: number | undefined,
  write: (value: number) => string,
): string {
  if (value === undefined) return "";
  const kind =
    before === undefined || before === value ? "note" : value > before ? "note grew" : "note shrank";
  const written = write(value);
  const isExact = written.replaceAll(",", "").startsWith(String(value));
  const alone = isExact ? "" : withCommas(value);
  const note = before === undefined ? alone : `${write(before)} before, ${changeText(before, value)}`;
  return `<div class="card"><div class="name">${escapeXml(name)}</div><div class="value">${written}</div><div class="${kind}">${note}</div></div>`;
}

function controls(
  sides: readonly [string, string] | readonly string[] | undefined,
  hasTime: boolean,
): string {
  const names = sides?.map(escapeXml) ?? [];
  const toggle =
    sides === undefined
      ? ""
      : `<span class="group" role="group" aria-label="side"><button id="before" title="${names[0]}">Before</button><button id="after" title="${names[1]}">After</button></span>`;
  const time = hasTime ? "" : " hidden";
  return `<nav class="bar">
<span class="group" role="group" aria-label="view"><button id="flame-tab">Flame graph</button><button id="table-tab">Frames</button><button id="sandwich-tab">Callers and callees</button><button id="time-tab"${time}>Time line</button></span>
${toggle}<input id="search" type="search" placeholder="Search (regexp)" aria-label="search" spellcheck="false">
<label><input id="case" type="checkbox"> match case</label><span id="matched" class="matched" role="status"></span>
<span class="tools"><button id="reset" class="alone">Reset</button><button id="up" class="alone" title="the root at the bottom">Flip</button><button id="theme" class="alone" title="dark colours">Dark</button></span>
</nav>
`;
}

function body(left: number, compared: boolean): string {
  const colours = compared ? "Red has more after than before, blue less, grey the same. " : "";
  const note = left === 0 ? "" : `${withCommas(left)} of the narrowest frames are left out of this page. `;
  const sideKey = compared ? " <kbd>b</kbd> before or after" : "";
  return `<main>
<noscript><p class="empty">The graph and the tables are drawn by JavaScript, which is not run here.</p></noscript>
<section id="empty-panel" class="panel empty" hidden>There are no frames.</section>
<section id="flame-panel" class="panel"><canvas id="flame" tabindex="0" role="img" aria-label="flame graph; arrow keys walk, Enter zooms"></canvas></section>
<section id="table-panel" class="panel" hidden><div class="scroll"><table id="table"></table></div></section>
<section id="sandwich-panel" class="panel" hidden><div id="sandwich-body"><h2>Who calls <b id="sandwich-name"></b></h2><canvas id="callers" tabindex="0" role="img" aria-label="callers"></canvas><h2>What it calls</h2><canvas id="callees" tabindex="0" role="img" aria-label="callees"></canvas></div></section>
<section id="time-panel" class="panel" hidden><canvas id="time" role="img" aria-label="time line"></canvas></section>
<p id="details" class="details" aria-live="polite"></p>
<p class="keys">${colours}${note}Click zooms, double click shows callers and callees. <kbd>/</kbd> search <kbd>Esc</kbd> reset <kbd>1</kbd>-<kbd>4</kbd> views${sideKey} <kbd>d</kbd> dark <kbd>&larr;&uarr;&rarr;&darr;</kbd> walk <kbd>Enter</kbd> zoom</p>
</main>
<div id="tip" hidden></div>
`;
}

/** Modules that are put together into one script need not import each other. */
function withoutImports(module: string): string {
  return module.replaceAll(/^import [^;]*;\n/gm, "").replaceAll(/^export /gm, "");
}

function asset(name: string): string {
  return readFileSync(new URL(`../../page/viewer/${name}`, import.meta.url), "utf8");
}
