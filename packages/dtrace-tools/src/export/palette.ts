/** The names of the colour schemes of a flame graph. */
export type PaletteName = PlainName | SortingName;

/** One colour for all frames, in shades. */
type PlainName = "aqua" | "blue" | "green" | "hot" | "io" | "mem" | "orange" | "purple" | "red" | "yellow";
/** Another one for each kind of frame, which is told from its name. */
type SortingName = "chain" | "java" | "js" | "perl" | "wakeup";

interface Palette {
  /** Smallest value and room above it of red, green and blue. */
  readonly range: readonly [Channel, Channel, Channel];
  /** Colours of the background, top and bottom. */
  readonly background: readonly [string, string];
}

type Channel = readonly [least: number, room: number];

const GREY = ["#f8f8f8", "#e8e8e8"] as const;

/** The ranges are those of the flame graphs that people know. */
const PALETTES: Readonly<Record<PlainName, Palette>> = {
  aqua: {
    range: [
      [50, 60],
      [165, 55],
      [165, 55],
    ],
    background: GREY,
  },
  blue: {
    range: [
      [80, 60],
      [80, 60],
      [205, 50],
    ],
    background: GREY,
  },
  green: {
    range: [
      [50, 60],
      [200, 55],
      [50, 60],
    ],
    background: GREY,
  },
  hot: {
    range: [
      [205, 50],
      [0, 230],
      [0, 55],
    ],
    background: ["#eeeeee", "#eeeeb0"],
  },
  io: {
    range: [
      [80, 60],
      [80, 60],
      [190, 55],
    ],
    background: ["#eeeeee", "#e0e0ff"],
  },
  mem: {
    range: [
      [0, 0],
      [190, 50],
      [0, 210],
    ],
    background: ["#eef2ee", "#e0ffe0"],
  },
  orange: {
    range: [
      [190, 65],
      [90, 65],
      [0, 0],
    ],
    background: GREY,
  },
  purple: {
    range: [
      [190, 65],
      [80, 60],
      [190, 65],
    ],
    background: GREY,
  },
  red: {
    range: [
      [200, 55],
      [50, 80],
      [50, 80],
    ],
    background: GREY,
  },
  yellow: {
    range: [
      [175, 55],
      [175, 55],
      [50, 20],
    ],
    background: GREY,
  },
};

const YELLOWISH = ["#eeeeee", "#eeeeb0"] as const;
const BLUISH = ["#eeeeee", "#e0e0ff"] as const;

/** The first pattern that matches decides; tracers mark compiled, inlined and kernel code by `_[j]`, `_[i]`, `_[k]`. */
const SORTING: Readonly<Record<SortingName, Sorting>> = {
  chain: { background: BLUISH, kinds: [[/_\[w\]/, "aqua"]], other: "blue" },
  java: {
    background: YELLOWISH,
    kinds: [
      [/_\[j\]$/, "green"],
      [/_\[i\]$/, "aqua"],
      [/^L?(?:java|javax|jdk|net|org|com|io|sun)\//, "green"],
      [/_\[k\]$/, "orange"],
      [/::/, "yellow"],
    ],
    other: "red",
  },
  js: {
    background: YELLOWISH,
    kinds: [
      [/\/.*_\[j\]$/, "green"],
      [/_\[j\]$/, "aqua"],
      [/::/, "yellow"],
      [/\/.*\.[cm]?[jt]s/, "green"],
      [/:/, "aqua"],
      [/_\[k\]$/, "orange"],
    ],
    other: "red",
  },
  perl: {
    background: YELLOWISH,
    kinds: [
      [/::/, "yellow"],
      [/Perl|\.pl/, "green"],
      [/_\[k\]$/, "orange"],
    ],
    other: "red",
  },
  wakeup: { background: BLUISH, kinds: [], other: "aqua" },
};

interface Sorting {
  readonly background: readonly [string, string];
  readonly kinds: readonly (readonly [RegExp, PlainName])[];
  readonly other: PlainName;
}

/** The names of all palettes. */
export const PALETTE_NAMES: readonly PaletteName[] = [
  ...(Object.keys(PALETTES) as PlainName[]),
  ...(Object.keys(SORTING) as SortingName[]),
].toSorted();

/** Tells whether there is a palette of that name. */
export function isPalette(name: string): name is PaletteName {
  return (PALETTE_NAMES as readonly string[]).includes(name);
}

/** The colour of a frame, as `rgb(R,G,B)`; drawn from its name, so that it is the same on every run. */
export function colourOf(name: string, palette: PaletteName): string {
  const plain = plainFor(name, palette);
  const share = hash(name);
  // One share for all channels: a palette is a line between two colours. Only `hot` varies each by itself.
  const shares = plain === "hot" ? [share, hash(`${name} `), hash(`${name}  `)] : [share, share, share];
  const channels = PALETTES[plain].range.map(([least, room], channel) =>
    Math.trunc(least + room * (shares[channel] ?? 0)),
  );
  return `rgb(${channels.join(",")})`;
}

/** Colours of the background, top and bottom. */
export function backgroundOf(palette: PaletteName): readonly [string, string] {
  return isPlain(palette) ? PALETTES[palette].background : SORTING[palette].background;
}

function plainFor(name: string, palette: PaletteName): PlainName {
  if (isPlain(palette)) return palette;
  const { kinds, other } = SORTING[palette];
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? other;
}

function isPlain(palette: PaletteName): palette is PlainName {
  return Object.hasOwn(PALETTES, palette);
}

/** FNV-1a with a final mix, as a number in [0, 1). */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x45d9f3b);
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}
