import { readFileSync } from "node:fs";
import type { Profile } from "../profile/profile.ts";
import { type Box, layOut, PADDING } from "./flame-layout.ts";
import { backgroundOf, colourOf, type PaletteName } from "./palette.ts";

/** How a flame graph looks; the names are those of the classic script's options. */
export interface FlameGraphOptions {
  /** `Flame Graph` unless told otherwise. */
  readonly title?: string | undefined;
  /** A second line below the title. */
  readonly subtitle?: string | undefined;
  /** Of the picture, in pixels; 1200 unless told otherwise. */
  readonly width?: number | undefined;
  /** Of a frame, in pixels; 16 unless told otherwise. */
  readonly height?: number | undefined;
  /** Narrower frames are left out, in pixels; 0.1 unless told otherwise. */
  readonly minWidth?: number | undefined;
  /** `Verdana` unless told otherwise. */
  readonly fontType?: string | undefined;
  /** In pixels; 12 unless told otherwise. */
  readonly fontSize?: number | undefined;
  /** Average width of a letter, as a part of the font's size; 0.59 unless told otherwise. */
  readonly fontWidth?: number | undefined;
  /** What is counted; the profile's unit unless told otherwise. */
  readonly countName?: string | undefined;
  /** What stands before a frame's name under the picture; `Function:` unless told otherwise. */
  readonly nameType?: string | undefined;
  /** `mem` for bytes and `hot` for samples unless told otherwise. */
  readonly colors?: PaletteName | undefined;
}

interface Style {
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  readonly minWidth: number;
  readonly fontType: string;
  readonly fontSize: number;
  readonly fontWidth: number;
  readonly countName: string;
  readonly nameType: string;
  readonly colors: PaletteName;
}

/** A frame with a label of fewer characters has none. */
const SHORTEST_LABEL = 3;

/**
 * Draws a profile as a flame graph: an SVG page, in pieces, whose script zooms and searches.
 *
 * Geometry and colours are those of the flame graphs that people know; the same profile gives the same bytes.
 */
export function* toFlameGraph(profile: Profile, options: FlameGraphOptions = {}): Generator<string> {
  const style = styleOf(profile, options);
  const { boxes, depth } = layOut(profile.tree(), style);
  const top = style.fontSize * (style.subtitle === "" ? 3 : 5);
  const bottom = style.fontSize * 2 + 10;
  const imageHeight = (depth + 1) * style.height + top + bottom;
  const total = boxes[0]?.total ?? 0;
  yield* head(style, imageHeight, bottom);
  yield `<g id="frames">\n`;
  for (const box of boxes) {
    yield frame(box, { style, total, y: imageHeight - bottom - (box.depth + 1) * style.height + 1 });
  }
  yield "</g>\n</svg>\n";
}

function styleOf(profile: Profile, options: FlameGraphOptions): Style {
  return {
    title: options.title ?? "Flame Graph",
    subtitle: options.subtitle ?? "",
    width: options.width ?? 1200,
    height: options.height ?? 16,
    minWidth: options.minWidth ?? 0.1,
    fontType: options.fontType ?? "Verdana",
    fontSize: options.fontSize ?? 12,
    fontWidth: options.fontWidth ?? 0.59,
    countName: options.countName ?? profile.unit,
    nameType: options.nameType ?? "Function:",
    colors: options.colors ?? (profile.unit === "bytes" ? "mem" : "hot"),
  };
}

function* head(style: Style, imageHeight: number, bottom: number): Generator<string> {
  const { width, fontSize } = style;
  const [above, below] = backgroundOf(style.colors);
  const settings = {
    padding: PADDING,
    letter: fontSize * style.fontWidth,
    shortest: SHORTEST_LABEL,
    nameType: style.nameType,
  };
  yield `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<svg version="1.1" width="${width}" height="${imageHeight}" viewBox="0 0 ${width} ${imageHeight}" xmlns="http://www.w3.org/2000/svg">
<title>${escape(style.title)}</title>
<defs>
<linearGradient id="background" y1="0" y2="1" x1="0" x2="0">
<stop stop-color="${above}" offset="5%"/><stop stop-color="${below}" offset="95%"/>
</linearGradient>
</defs>
<style type="text/css">
text { font-family: ${escape(style.fontType)}, sans-serif; font-size: ${fontSize}px; fill: #000; }
#title { text-anchor: middle; font-size: ${fontSize + 5}px; }
#subtitle { text-anchor: middle; fill: #666; }
#search, #ignore-case, #matched { text-anchor: end; }
.button { cursor: pointer; opacity: 0.35; }
.button:hover, .button.on { opacity: 1; }
.hidden { display: none; }
#frames g { cursor: pointer; }
#frames g:hover rect { stroke: #000; stroke-width: 0.5; }
#frames g.ancestor { opacity: 0.5; }
#frames text { pointer-events: none; }
</style>
<script type="text/ecmascript"><![CDATA[
const settings = ${JSON.stringify(settings).replaceAll("]]>", "]]\\u003e")};
${pageScript()}]]></script>
<rect width="100%" height="100%" fill="url(#background)"/>
<text id="title" x="${width / 2}" y="${fontSize * 2}">${escape(style.title)}</text>
`;
  if (style.subtitle !== "") {
    yield `<text id="subtitle" x="${width / 2}" y="${fontSize * 4}">${escape(style.subtitle)}</text>\n`;
  }
  const line = imageHeight - bottom / 2;
  yield `<text id="details" x="${PADDING}" y="${line}"> </text>
<text id="unzoom" class="button hidden" x="${PADDING}" y="${fontSize * 2}">Reset Zoom</text>
<text id="search" class="button" x="${width - PADDING - 30}" y="${fontSize * 2}">Search</text>
<text id="ignore-case" class="button" x="${width - PADDING}" y="${fontSize * 2}">ic</text>
<text id="matched" x="${width - PADDING}" y="${line}"> </text>
`;
}

function frame(box: Box, place: { style: Style; total: number; y: number }): string {
  const { style, total, y } = place;
  const percent = box.depth === 0 ? "100" : ((box.total * 100) / total).toFixed(2);
  const title = `${box.name} (${withCommas(box.total)} ${style.countName}, ${percent}%)`;
  const colour = box.depth === 0 ? "rgb(250,250,250)" : colourOf(box.name, style.colors);
  const text = label(box.name, Math.floor(Number(box.width) / (style.fontSize * style.fontWidth)));
  const textX = (Number(box.x) + 3).toFixed(2);
  const textY = 3 + y + (style.height - 1) / 2;
  return (
    `<g><title>${escape(title)}</title>` +
    `<rect x="${box.x}" y="${y}" width="${box.width}" height="${style.height - 1}" fill="${colour}" rx="2" ry="2"/>` +
    `<text x="${textX}" y="${textY}">${escape(text)}</text></g>\n`
  );
}

function label(name: string, room: number): string {
  if (room < SHORTEST_LABEL) return "";
  const letters = [...name];
  return letters.length <= room ? name : `${letters.slice(0, room - 2).join("")}..`;
}

function withCommas(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+(?!\d))/g, ",");
}

/** Also leaves out what XML cannot hold: control characters and halves of surrogate pairs. */
function escape(text: string): string {
  return (
    text
      .replaceAll(/[\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD")
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, "\uFFFD")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
  );
}

let script: string | undefined;

function pageScript(): string {
  script ??= readFileSync(new URL("../../scripts/flame-graph.js", import.meta.url), "utf8");
  return script;
}
