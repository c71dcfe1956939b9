import { matches } from "pkg-pattern";
import { readLines, withoutNote } from "./edit-lines.ts";

/** Which remote packages preferred.conf allows; by the package's name without its version. */
export interface Preferences {
  /** True unless a rule for the package's name excludes it. */
  allows(name: string, fullName: string): boolean;
  /** The rule's pattern for this name, for messages. */
  patternFor(name: string): string | undefined;
}

/**
 * Reads preferred.conf: lines `name<v`, `name<=v`, `name>v`, `name>=v` or `name=glob`; the last line for a name counts.
 *
 * A missing file allows everything. The meaning of `=` is the pattern `name-glob`.
 */
export function readPreferences(file: string): Preferences {
  const patterns = new Map<string, string>();
  for (const line of readLines(file).map((each) => withoutNote(each).trimEnd())) {
    const operator = line.startsWith("#") ? -1 : line.search(/[=<>]/);
    if (operator <= 0) continue;
    const pattern = line[operator] === "=" ? `${line.slice(0, operator)}-${line.slice(operator + 1)}` : line;
    patterns.set(line.slice(0, operator), pattern);
  }
  return {
    allows(name, fullName) {
      const pattern = patterns.get(name);
      return pattern === undefined || matches(pattern, fullName);
    },
    patternFor: (name) => patterns.get(name),
  };
}
