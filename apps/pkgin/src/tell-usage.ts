import type { Output } from "./report/output.ts";
import { suggest } from "./report/suggest.ts";
import { usage } from "./usage.ts";

/** Something that is not known, and what it might have been. */
interface Unknown {
  readonly word: string;
  readonly options: readonly string[];
}

/** Shows usage, and to a person what was perhaps meant. @returns the exit status */
export function tellUsage(message: string, unknown: Unknown | undefined, output: Output): number {
  output.err(message + usage());
  if (unknown === undefined || !output.errorIsTerminal) return 1;
  const meant = suggest(unknown.word, unknown.options);
  output.err(meant === undefined ? "\nMore with pkgin --help.\n" : `\ndid you mean ${meant}?\n`);
  return 1;
}
