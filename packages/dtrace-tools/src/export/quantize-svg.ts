import { type Buckets, rowsOf } from "../quantize.ts";
import { escapeXml, withCommas } from "./flame-page.ts";

/** How a distribution is drawn. */
export interface QuantizeSvgOptions {
  /** Above the picture. */
  readonly title?: string | undefined;
  /** Of the picture, in pixels; 696 unless told otherwise. */
  readonly width?: number | undefined;
}

const ROW = 20;
const MARGIN = 14;
const VALUE_WIDTH = 110;
const COUNT_WIDTH = 90;

/** Draws a distribution as `quantizeText` writes it: a bar for each bucket, the whole width for all values. */
export function quantizeSvg(buckets: Buckets, options: QuantizeSvgOptions = {}): string {
  const { title = "", width = 696 } = options;
  const rows = rowsOf(buckets);
  const total = Math.max(
    rows.reduce((sum, [, count]) => sum + Math.abs(count), 0),
    1,
  );
  const top = MARGIN + (title === "" ? 0 : 28) + ROW;
  const height = top + rows.length * ROW + MARGIN;
  const room = width - 2 * MARGIN - VALUE_WIDTH - COUNT_WIDTH;
  const bars = rows.map(([value, count], at) => {
    const y = top + at * ROW;
    const length = ((Math.abs(count) * room) / total).toFixed(1);
    const percent = ((count * 100) / total).toFixed(1);
    return `<g><title>${withCommas(value)} and more: ${withCommas(count)} (${percent}%)</title>
<text class="value" x="${MARGIN + VALUE_WIDTH - 10}" y="${y + 14}">${shortSize(value)}</text>
<rect class="room" x="${MARGIN + VALUE_WIDTH}" y="${y + 2}" width="${room}" height="${ROW - 4}" rx="2"/>
<rect class="bar" x="${MARGIN + VALUE_WIDTH}" y="${y + 2}" width="${length}" height="${ROW - 4}" rx="2"/>
<text x="${width - MARGIN - COUNT_WIDTH + 10}" y="${y + 14}">${withCommas(count)}</text></g>
`;
  });
  const heading =
    title === "" ? "" : `<text class="title" x="${MARGIN}" y="${MARGIN + 14}">${escapeXml(title)}</text>\n`;
  return `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>
text { font: 12px Verdana, sans-serif; fill: #1d2a24; }
.title { font-size: 15px; }
.value, .head { text-anchor: end; }
.head, .count { fill: #68776f; font-size: 11px; }
.room { fill: #e4ece7; }
.bar { fill: rgb(0,200,130); }
</style>
<rect width="100%" height="100%" fill="#f6faf7"/>
${heading}<text class="head" x="${MARGIN + VALUE_WIDTH - 10}" y="${top - 6}">value</text>
<text class="count" x="${width - MARGIN - COUNT_WIDTH + 10}" y="${top - 6}">count</text>
${bars.join("")}</svg>
`;
}

/** A power of two in binary units, such as `64 KiB`. */
function shortSize(value: number): string {
  const units = ["", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(Math.abs(value), 1)) / 10), units.length - 1);
  return `${value / 1024 ** power}${units[power] ?? ""}`;
}
