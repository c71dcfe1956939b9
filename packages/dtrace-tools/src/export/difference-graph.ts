import { compare, type Comparison, type Side } from "../profile/compare.ts";
import type { Profile } from "../profile/profile.ts";
import { type Box, layOut } from "./flame-layout.ts";
import { escapeXml, flameFrame, flamePageHead, withCommas } from "./flame-page.ts";
import { type FlameGraphOptions, type FlameStyle, flameStyle, PADDING } from "./flame-style.ts";

/** What a difference flame graph is drawn from. */
export interface DifferenceGraphOptions extends FlameGraphOptions {
  /** What the first profile is called in the picture; `before` unless told otherwise. */
  readonly beforeName?: string | undefined;
  /** What the second profile is called in the picture; `after` unless told otherwise. */
  readonly afterName?: string | undefined;
}

interface Panel {
  readonly heading: string;
  readonly boxes: readonly Box[];
  readonly height: number;
}

/**
 * Draws two profiles below each other on one scale, both named: an SVG page whose script zooms and searches.
 *
 * Red frames have more bytes after than before, they and what they call together, blue ones fewer. What is gone is
 * still seen in the upper part, what is new in the lower one.
 */
export function* toDifferenceGraph(
  before: Profile,
  after: Profile,
  options: DifferenceGraphOptions = {},
): Generator<string> {
  const subtitle = options.subtitle ?? "red: more after than before, blue: less, grey: the same";
  const style = flameStyle(after.unit, { bgColors: ["#f8f8f8", "#e8e8e8"], ...options, subtitle });
  const comparison = compare(before, after);
  const [was, is] = [comparison.before.totals[0] ?? 0, comparison.after.totals[0] ?? 0];
  const whole = Math.max(was, is);
  const heading = (name: string, total: number): string => `${name}: ${withCommas(total)} ${style.countName}`;
  const panels = [
    panel(comparison, comparison.before, {
      style,
      whole,
      heading: heading(options.beforeName ?? "before", was),
    }),
    panel(comparison, comparison.after, {
      style,
      whole,
      heading: `${heading(options.afterName ?? "after", is)} (${changeText(was, is)})`,
    }),
  ];
  const top = style.fontSize * 5;
  const bottom = style.fontSize * 2 + 10;
  const imageHeight = panels.reduce((sum, one) => sum + one.height, top + bottom);
  yield* flamePageHead(style, imageHeight, bottom);
  let y = top;
  for (const one of panels) {
    yield* drawPanel(one, { style, comparison, y });
    y += one.height;
  }
  yield "</svg>\n";
}

/** How a value changed, such as `+12.5%`. */
export function changeText(before: number, after: number): string {
  if (before === 0) return after === 0 ? "0.0%" : "new";
  if (after === 0) return "gone";
  const percent = ((after - before) * 100) / before;
  return `${percent > 0 ? "+" : ""}${percent.toFixed(1)}%`;
}

function panel(
  { tree }: Comparison,
  side: Side,
  how: { style: FlameStyle; whole: number; heading: string },
): Panel {
  const { style, whole, heading } = how;
  const placement = { width: style.width, minWidth: style.minWidth, whole };
  const { boxes, depth } = layOut({ ...tree, totals: side.totals }, placement);
  return { heading, boxes, height: (depth + 1) * style.height + style.fontSize * 2 + 8 };
}

function* drawPanel(
  { heading, boxes, height }: Panel,
  at: { style: FlameStyle; comparison: Comparison; y: number },
): Generator<string> {
  const { style, comparison, y } = at;
  yield `<text class="heading" x="${PADDING}" y="${y + style.fontSize + 4}">${escapeXml(heading)}</text>
<g class="frames">\n`;
  const lowest = y + height - 8;
  const highest = y + style.fontSize * 2;
  for (const { node, name, depth, x, width } of boxes) {
    const was = comparison.before.totals[node] ?? 0;
    const is = comparison.after.totals[node] ?? 0;
    const sizes = `${withCommas(was)} before, ${withCommas(is)} after, ${style.countName}`;
    const frameY = style.inverted ? highest + depth * style.height : lowest - (depth + 1) * style.height;
    const title = `${name} (${sizes}, ${changeText(was, is)})`;
    yield flameFrame({ name, title, x, y: frameY + 1, width, colour: changeColour(was, is) }, style);
  }
  yield "</g>\n";
}

/** Grey where nothing changed; the redder the more a value has grown, the bluer the more it has shrunk. */
function changeColour(before: number, after: number): string {
  if (before === after) return "rgb(225,225,225)";
  const share = Math.abs(after - before) / Math.max(before, after);
  const pale = Math.round(215 - 130 * share);
  return after > before ? `rgb(255,${pale},${pale})` : `rgb(${pale},${pale},255)`;
}
