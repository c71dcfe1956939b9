import { readFileSync } from "node:fs";
import { type FlameStyle, PADDING } from "./flame-style.ts";

/** A frame with a label of fewer characters has none. */
const SHORTEST_LABEL = 3;
/** Space for the buttons on both sides of the title, in pixels. */
const TITLE_MARGIN = 90;
/** By how much the title's letters are larger than the others, in pixels. */
const LARGER = 5;

/** A frame as it is drawn. */
export interface DrawnFrame {
  /** What is written on it, as far as there is room. */
  readonly name: string;
  /** What is shown under the mouse. */
  readonly title: string;
  readonly x: string;
  readonly y: number;
  readonly width: string;
  readonly colour: string;
}

/** The page up to the frames: style, script, title and buttons; `bottom` is the room below the frames, in pixels. */
export function* flamePageHead(style: FlameStyle, imageHeight: number, bottom: number): Generator<string> {
  const { width, fontSize } = style;
  const [above, below] = style.background;
  const line = imageHeight - bottom / 2;
  yield `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<svg version="1.1" width="${width}" height="${imageHeight}" viewBox="0 0 ${width} ${imageHeight}" xmlns="http://www.w3.org/2000/svg">
`;
  if (style.notes !== "") yield `<!-- ${escapeXml(style.notes).replaceAll("--", "- -")} -->\n`;
  yield `<title>${escapeXml(style.title)}</title>
<defs>
<linearGradient id="background" y1="0" y2="1" x1="0" x2="0">
<stop stop-color="${escapeXml(above)}" offset="5%"/><stop stop-color="${escapeXml(below)}" offset="95%"/>
</linearGradient>
</defs>
${styleSheet(style)}${script(style)}<rect width="100%" height="100%" fill="url(#background)"/>
<text id="title" x="${width / 2}" y="${fontSize * 2}">${escapeXml(titleFor(style))}</text>
`;
  if (style.subtitle !== "") {
    yield `<text id="subtitle" x="${width / 2}" y="${fontSize * 4}">${escapeXml(style.subtitle)}</text>\n`;
  }
  yield `<text id="details" x="${PADDING}" y="${line}"> </text>
<text id="unzoom" class="button hidden" x="${PADDING}" y="${fontSize * 2}">Reset Zoom</text>
<text id="search" class="button" x="${width - PADDING - 30}" y="${fontSize * 2}">Search</text>
<text id="ignore-case" class="button" x="${width - PADDING}" y="${fontSize * 2}">ic</text>
<text id="matched" x="${width - PADDING}" y="${line}"> </text>
`;
}

/** One frame, a line. */
export function flameFrame(frame: DrawnFrame, style: FlameStyle): string {
  const { x, y, width, colour } = frame;
  const text = label(frame.name, Math.floor(Number(width) / (style.fontSize * style.fontWidth)));
  const textX = (Number(x) + 3).toFixed(2);
  const textY = 3 + y + (style.height - 1) / 2;
  return (
    `<g><title>${escapeXml(frame.title)}</title>` +
    `<rect x="${x}" y="${y}" width="${width}" height="${style.height - 1}" fill="${colour}" rx="2" ry="2"/>` +
    `<text x="${textX}" y="${textY}">${escapeXml(text)}</text></g>\n`
  );
}

/** A number with a comma at each thousand. */
export function withCommas(value: number): string {
  const [whole = "", part] = String(value).split(".");
  const apart = whole.replace(/\B(?=(?:\d{3})+(?!\d))/g, ",");
  return part === undefined ? apart : `${apart}.${part}`;
}

/** Also leaves out what XML cannot hold: control characters and halves of surrogate pairs. */
export function escapeXml(text: string): string {
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

/** As much of the title as there is room for between the buttons. */
function titleFor({ title, width, fontSize, fontWidth }: FlameStyle): string {
  return label(title, Math.floor((width - 2 * TITLE_MARGIN) / ((fontSize + LARGER) * fontWidth)));
}

function label(name: string, room: number): string {
  if (room < SHORTEST_LABEL) return "";
  const letters = [...name];
  return letters.length <= room ? name : `${letters.slice(0, room - 2).join("")}..`;
}

function styleSheet({ fontType, fontSize }: FlameStyle): string {
  return `<style type="text/css">
text { font-family: ${escapeXml(fontType)}, sans-serif; font-size: ${fontSize}px; fill: #000; }
#title { text-anchor: middle; font-size: ${fontSize + LARGER}px; }
#subtitle { text-anchor: middle; fill: #666; }
#search, #ignore-case, #matched { text-anchor: end; }
.heading { font-weight: bold; }
.button { cursor: pointer; opacity: 0.35; }
.button:hover, .button.on { opacity: 1; }
.hidden { display: none; }
.frames g { cursor: pointer; }
.frames g:hover rect { stroke: #000; stroke-width: 0.5; }
.frames g.ancestor { opacity: 0.5; }
.frames text { pointer-events: none; }
</style>
`;
}

function script(style: FlameStyle): string {
  const settings = {
    padding: PADDING,
    letter: style.fontSize * style.fontWidth,
    shortest: SHORTEST_LABEL,
    nameType: style.nameType,
    inverted: style.inverted,
  };
  return `<script type="text/ecmascript"><![CDATA[
const settings = ${JSON.stringify(settings).replaceAll("]]>", "]]\\u003e")};
${pageScript()}]]></script>
`;
}

let source: string | undefined;

function pageScript(): string {
  source ??= readFileSync(new URL("../../page/flame-graph.js", import.meta.url), "utf8");
  return source;
}
