/* Colours of frames: a shade of green to blue by name, or by how much a frame has changed. */

import { data } from "./data.js";
import { isDark } from "./state.js";

function hashOf(name) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

const shades = new Map();

function shadeOf(name) {
  let shade = shades.get(name);
  if (shade === undefined) shades.set(name, (shade = hashOf(name)));
  return shade;
}

/** The colour of what all stacks begin with, which is no frame. */
export function rootColour() {
  return isDark() ? "#2c3a42" : "#e9efeb";
}

export function frameColour(name, before, after) {
  const dark = isDark();
  if (data.sides === 2) return changeColour(before, after, dark);
  const shade = shadeOf(name);
  return dark
    ? `hsl(${145 + shade * 55} ${34 + shade * 12}% ${32 + shade * 8}%)`
    : `hsl(${135 + shade * 62} ${52 + shade * 14}% ${62 + shade * 12}%)`;
}

function changeColour(before, after, dark) {
  if (before === after) return dark ? "#3a464d" : "#dfe5e1";
  const share = Math.abs(after - before) / Math.max(before, after);
  const [hue, saturation] = after > before ? [8, 78] : [214, 76];
  const lightness = dark ? 30 + share * 18 : 90 - share * 26;
  return `hsl(${hue} ${saturation * (0.35 + share * 0.65)}% ${lightness}%)`;
}
