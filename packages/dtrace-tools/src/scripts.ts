import { readFileSync } from "node:fs";
import { DtraceToolsError } from "./errors.ts";

/** The scripts of this package, for DTrace (`.d`) and bpftrace (`.bt`), each a file that can be run by hand. */
export const SCRIPT_NAMES = [
  "brkquantize.d",
  "brkbytes.d",
  "mmapbytes.d",
  "mallocquantize.d",
  "mallocbytes.d",
  "pagefaults.d",
  "brkquantize.bt",
  "brkbytes.bt",
  "mmapbytes.bt",
  "mallocquantize.bt",
  "mallocbytes.bt",
  "pagefaults.bt",
  "brkevents.bt",
] as const;

/** The name of a script. */
export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** What can be changed in a script; what is not given stays as the file has it. */
export interface ScriptParameters {
  /** Watch the command's children too; yes in the files that can. */
  readonly follow?: boolean | undefined;
  /** Growth by less, or smaller blocks, are not counted, in bytes; 1 in the files. */
  readonly minBytes?: number | undefined;
  /** The deepest stack that is kept whole; 100 in the files. */
  readonly stackFrames?: number | undefined;
  /** The C library whose malloc is watched (`malloc*.bt`). */
  readonly library?: string | undefined;
}

/** Where each parameter stands in a script: what comes before its value. */
const PLACES: Readonly<Record<keyof ScriptParameters, RegExp>> = {
  follow: /((?:inline int|#define) FOLLOW (?:= )?)\d+/,
  minBytes: /((?:inline int|#define) MIN_BYTES (?:= )?)\d+/,
  stackFrames: /(option ustackframes=|ustack\(perf, )\d+/,
  library: /(^uprobe:)[^:]+/gm,
};

/** Where a script is, as a file that can be read and run by hand. */
export function scriptUrl(name: ScriptName): URL {
  return new URL(`../scripts/${name}`, import.meta.url);
}

/**
 * Gives a script with its parameters filled in.
 *
 * @throws DtraceToolsError where a value makes no sense, or the script has no such parameter
 */
export function script(name: ScriptName, parameters: ScriptParameters = {}): string {
  const { follow, minBytes, stackFrames, library } = parameters;
  const values: [keyof ScriptParameters, string | undefined][] = [
    ["follow", follow === undefined ? undefined : String(Number(follow))],
    ["minBytes", minBytes === undefined ? undefined : positive("minBytes", minBytes)],
    ["stackFrames", stackFrames === undefined ? undefined : positive("stackFrames", stackFrames)],
    ["library", library === undefined ? undefined : path(library)],
  ];
  let text = readFileSync(scriptUrl(name), "utf8");
  for (const [parameter, value] of values) {
    if (value === undefined) continue;
    if (text.search(PLACES[parameter]) === -1) {
      throw new DtraceToolsError(`${parameter}: ${name} has no such parameter`);
    }
    text = text.replace(PLACES[parameter], (_, before: string) => before + value);
  }
  return text;
}

function positive(name: string, value: number): string {
  if (Number.isSafeInteger(value) && value >= 1) return String(value);
  throw new DtraceToolsError(`${name}: expected a whole number from 1, found ${value}`);
}

/** A path that a probe's name can have. */
function path(value: string): string {
  if (/^\/[\w./+-]+$/.test(value)) return value;
  throw new DtraceToolsError(`library: expected a whole path, found ${JSON.stringify(value)}`);
}
