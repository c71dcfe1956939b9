import {
  type Profile,
  quantizeSvg,
  type Recording,
  toFlameGraph,
  toFolded,
  toHtmlReport,
  toPprof,
  toProfileJson,
  toSpeedscope,
  toTable,
} from "dtrace-tools";
import { UsageError } from "./errors.ts";
import type { Look } from "./picture.ts";

/** What is written out. */
export interface Material {
  /** What it is called. */
  readonly name: string;
  readonly profile: Profile;
  readonly recording: Recording | undefined;
  readonly look: Look;
}

/** The forms of output, by the names of the options and of `convert --to`. */
export const OUTPUT_NAMES = [
  "svg",
  "html",
  "folded",
  "pprof",
  "speedscope",
  "stacks",
  "markdown",
  "histogram",
] as const;

/** A form of output. */
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** Writes a recording's or trace's growth in each form. */
export const OUTPUTS: Readonly<Record<OutputName, (material: Material) => Iterable<string | Uint8Array>>> = {
  svg: ({ profile, look, name, recording }) => {
    const { totals } = recording ?? {};
    const peak = totals?.peak === undefined ? "" : `, largest size ${totals.peak.toLocaleString("en")} bytes`;
    const subtitle =
      totals === undefined
        ? undefined
        : `${totals.bytes.toLocaleString("en")} bytes by ${totals.calls.toLocaleString("en")} calls${peak}`;
    return toFlameGraph(profile, { subtitle, ...look, title: look.title ?? `${name} - heap growth` });
  },
  html: ({ profile, look, name, recording }) =>
    toHtmlReport({ profile, name, recording }, { title: look.title }),
  folded: ({ profile }) => toFolded(profile),
  pprof: ({ profile, recording }) => {
    const startedAt = recording === undefined ? undefined : new Date(recording.startedAt);
    return [toPprof(profile, { startedAt, duration: recording?.duration })];
  },
  speedscope: ({ profile, name }) => toSpeedscope(profile, name),
  stacks: ({ profile }) => toProfileJson(profile),
  markdown: ({ profile }) => [toTable(profile, { style: "markdown" })],
  histogram: ({ name, recording, look }) => {
    if (recording === undefined)
      throw new UsageError(`${name}: a histogram needs a recording, this is a trace`);
    return [quantizeSvg(recording.totals.buckets, { title: look.title ?? "heap growth by size of step" })];
  },
};
