import { readFileSync } from "node:fs";
import { DtraceToolsError } from "./errors.ts";

/** The D scripts of this package. */
export type ScriptName = "brkbytes" | "brkquantize";

/** What can be changed in a script; what is not given stays as the file has it. */
export interface ScriptParameters {
  /** Watch the command's children too; yes in the file. */
  readonly follow?: boolean | undefined;
  /** Growth by less is not counted, in bytes; 1 in the file. */
  readonly minBytes?: number | undefined;
  /** The deepest stack that is kept whole (`brkbytes`); 100 in the file. */
  readonly stackFrames?: number | undefined;
}

/** The names of all scripts. */
export const SCRIPT_NAMES: readonly ScriptName[] = ["brkquantize", "brkbytes"];

/** Where a script is, as a file that can be read and run by hand. */
export function scriptUrl(name: ScriptName): URL {
  return new URL(`../scripts/${name}.d`, import.meta.url);
}

/**
 * Gives a D script with its parameters filled in.
 *
 * @throws DtraceToolsError where a number is not a whole one, or below 1
 */
export function script(name: ScriptName, parameters: ScriptParameters = {}): string {
  const { follow, minBytes, stackFrames } = parameters;
  let text = readFileSync(scriptUrl(name), "utf8");
  if (follow !== undefined) text = text.replace(/(inline int FOLLOW = )\d+/, `$1${follow ? 1 : 0}`);
  if (minBytes !== undefined) {
    text = text.replace(/(inline int MIN_BYTES = )\d+/, `$1${positive("minBytes", minBytes)}`);
  }
  if (stackFrames !== undefined) {
    text = text.replace(/(option ustackframes=)\d+/, `$1${positive("stackFrames", stackFrames)}`);
  }
  return text;
}

function positive(name: string, value: number): string {
  if (Number.isSafeInteger(value) && value >= 1) return String(value);
  throw new DtraceToolsError(`${name}: expected a whole number from 1, found ${value}`);
}
