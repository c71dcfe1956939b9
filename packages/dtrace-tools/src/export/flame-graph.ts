import type { Profile } from "../profile/profile.ts";
import { layOut } from "./flame-layout.ts";
import { type DrawnFrame, flameFrame, flamePageHead, withCommas } from "./flame-page.ts";
import { type FlameGraphOptions, flameStyle } from "./flame-style.ts";
import { colourOf } from "./palette.ts";

/**
 * Draws a profile as a flame graph: an SVG page, in pieces, whose script zooms and searches.
 *
 * Geometry and colours are those of the flame graphs that people know; the same profile gives the same bytes.
 */
export function* toFlameGraph(profile: Profile, options: FlameGraphOptions = {}): Generator<string> {
  const style = flameStyle(profile.unit, options);
  const { boxes, depth } = layOut(profile.tree(), style);
  const top = style.fontSize * (style.subtitle === "" ? 3 : 5);
  const bottom = style.fontSize * 2 + 10;
  const imageHeight = (depth + 1) * style.height + top + bottom;
  const whole = boxes[0]?.total ?? 0;
  yield* flamePageHead(style, imageHeight, bottom);
  yield `<g class="frames">\n`;
  for (const { name, total, depth: level, x, width } of boxes) {
    const percent = level === 0 ? "100" : ((total * 100) / whole).toFixed(2);
    const frame: DrawnFrame = {
      name,
      title: `${name} (${withCommas(total)} ${style.countName}, ${percent}%)`,
      x,
      y:
        (style.inverted ? top + level * style.height : imageHeight - bottom - (level + 1) * style.height) + 1,
      width,
      colour: level === 0 ? "rgb(250,250,250)" : colourOf(name, style.colors),
    };
    yield flameFrame(frame, style);
  }
  yield "</g>\n</svg>\n";
}
