import type { Unit } from "../profile/profile.ts";
import { backgroundOf, type PaletteName } from "./palette.ts";

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
  /** Narrower frames are left out, in pixels, or as a part of the whole such as `0.5%`; 0.1 unless told otherwise. */
  readonly minWidth?: number | `${number}%` | undefined;
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
  /** Colours of the background, top and bottom, as `#rrggbb`; those that go with `colors` unless told otherwise. */
  readonly bgColors?: readonly [top: string, bottom: string] | undefined;
  /** The root at the top and what it calls below, as an icicle; no unless told otherwise. */
  readonly inverted?: boolean | undefined;
  /** A remark, kept in the file as a comment. */
  readonly notes?: string | undefined;
}

/** Options with nothing left open. */
export interface FlameStyle {
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  /** In pixels. */
  readonly minWidth: number;
  readonly fontType: string;
  readonly fontSize: number;
  readonly fontWidth: number;
  readonly countName: string;
  readonly nameType: string;
  readonly colors: PaletteName;
  readonly background: readonly [string, string];
  readonly inverted: boolean;
  readonly notes: string;
}

/** Space left and right of the frames, in pixels. */
export const PADDING = 10;

/** Fills in what is not told. */
export function flameStyle(unit: Unit, options: FlameGraphOptions): FlameStyle {
  const { width = 1200, minWidth = 0.1 } = options;
  const colors = options.colors ?? (unit === "bytes" ? "mem" : "hot");
  return {
    title: options.title ?? "Flame Graph",
    subtitle: options.subtitle ?? "",
    width,
    height: options.height ?? 16,
    minWidth:
      typeof minWidth === "number" ? minWidth : (Number.parseFloat(minWidth) / 100) * (width - 2 * PADDING),
    fontType: options.fontType ?? "Verdana",
    fontSize: options.fontSize ?? 12,
    fontWidth: options.fontWidth ?? 0.59,
    countName: options.countName ?? unit,
    nameType: options.nameType ?? "Function:",
    colors,
    background: options.bgColors ?? backgroundOf(colors),
    inverted: options.inverted ?? false,
    notes: options.notes ?? "",
  };
}
