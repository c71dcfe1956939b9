import {
  filter,
  focus,
  foldAllocator,
  invert,
  isPalette,
  type PaletteName,
  PALETTE_NAMES,
  type Profile,
} from "dtrace-tools";
import { UsageError } from "./errors.ts";
import { readExpression, type Values } from "./options.ts";

/** Options of the verbs that draw. */
export const PICTURE_OPTIONS = {
  title: { type: "string", value: "TEXT", help: "the picture's title" },
  colors: { type: "string", value: "NAME", help: "its colours: mem, hot, io, blue and others (mem)" },
  width: { type: "string", value: "PIXELS", help: "the picture's width (1200)" },
  inverted: { type: "boolean", help: "draw the roots on top" },
} as const;

/** Options of the verbs that choose stacks. */
export const STACK_OPTIONS = {
  filter: { type: "string", value: "RE", help: "only stacks with a frame that matches" },
  focus: { type: "string", value: "RE", help: "only such stacks, and of them what the frame calls" },
  invert: { type: "boolean", help: "stacks from the leaf: what grew the heap, and who called it" },
  "fold-allocator": { type: "boolean", help: "make the rows above malloc one" },
} as const;

/** How a picture is to look. */
export interface Look {
  readonly title: string | undefined;
  readonly colors: PaletteName | undefined;
  readonly width: number | undefined;
  readonly inverted: boolean | undefined;
}

/** @throws UsageError where a value makes no sense */
export function readLook(values: Values<typeof PICTURE_OPTIONS>): Look {
  const { title, colors, width, inverted } = values;
  if (colors !== undefined && !isPalette(colors)) {
    throw new UsageError(`--colors: expected one of ${PALETTE_NAMES.join(", ")}, found ${colors}`);
  }
  if (width !== undefined && !/^[1-9]\d{1,4}$/.test(width)) {
    throw new UsageError(`--width: expected pixels from 10 to 99999, found ${width}`);
  }
  return { title, colors, width: width === undefined ? undefined : Number(width), inverted };
}

/** Makes the change to stacks that the options ask for. @throws UsageError where an expression is none */
export function readStackChange(values: Values<typeof STACK_OPTIONS>): (profile: Profile) => Profile {
  const kept = readExpression("--filter", values.filter);
  const root = readExpression("--focus", values.focus);
  return (profile) => {
    let changed = profile;
    if (values["fold-allocator"] === true) changed = foldAllocator(changed);
    if (kept !== undefined) changed = filter(changed, kept);
    if (root !== undefined) changed = focus(changed, root);
    return values.invert === true ? invert(changed) : changed;
  };
}
