import { SpecError } from "./errors.ts";
import { nextLine } from "./packing-list/packing-lines.ts";

/** A variable with a value for each line that has it, in order. */
export type Variable = readonly [name: string, values: readonly string[]];

/**
 * Lines of `VARIABLE=VALUE`: +BUILD_INFO, +INSTALLED_INFO or pkg_install.conf. A variable that is repeated has several values;
 * blanks at either end of a value do not count, nor do lines without a `=`.
 */
export class Variables implements Iterable<Variable> {
  /** The lines as they were read. */
  readonly text: string;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(text: string) {
    this.text = text;
    this.#values = readValues(text);
  }

  /** The values of a variable, or undefined where there is none of that name. */
  get(name: string): readonly string[] | undefined {
    return this.#values.get(name);
  }

  /** The variables in the order of their first lines. */
  [Symbol.iterator](): Iterator<Variable> {
    return this.#values.entries();
  }

  /**
   * The same lines but for those of one variable, which take the place of the old ones, or come last.
   *
   * @param values none to drop the variable
   * @throws SpecError for what does not fit on a line
   */
  with(name: string, values: readonly string[]): Variables {
    const added = formatVariables([[name, values]]);
    let text = "";
    let isAdded = false;
    for (const line of this.text.split(/(?<=\n)/)) {
      const isOld = nameOf(line) === name;
      if (!isOld) text += line;
      else if (!isAdded) text += added;
      isAdded ||= isOld;
    }
    if (isAdded) return new Variables(text);
    return new Variables(`${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${added}`);
  }
}

/** Reads lines of `VARIABLE=VALUE`; see {@link Variables}. */
export function parseVariables(text: string): Variables {
  return new Variables(text);
}

/**
 * Prints variables: those that were read byte for byte as they were, others in their order, a line for each value.
 *
 * @throws SpecError for what does not fit on a line
 */
export function formatVariables(variables: Iterable<Variable>): string {
  if (variables instanceof Variables) return variables.text;
  let text = "";
  for (const [name, values] of variables) {
    if (!/^[^\s=]+$/.test(name))
      throw new SpecError(`${JSON.stringify(name)} cannot be the name of a variable`);
    for (const value of values) {
      if (/[\n\0]/.test(value))
        throw new SpecError(`${name}: one line was expected, found ${JSON.stringify(value)}`);
      text += `${name}=${value}\n`;
    }
  }
  return text;
}

function readValues(text: string): ReadonlyMap<string, readonly string[]> {
  const variables = new Map<string, string[]>();
  for (let start = 0, next = 0; start < text.length; start = next) {
    next = nextLine(text, start);
    const line = text.slice(start, next);
    const name = nameOf(line);
    if (name === undefined) continue;
    const value = line.slice(name.length + 1).trim();
    const values = variables.get(name);
    if (values === undefined) variables.set(name, [value]);
    else values.push(value);
  }
  return variables;
}

function nameOf(line: string): string | undefined {
  const equals = line.indexOf("=");
  return equals <= 0 ? undefined : line.slice(0, equals);
}
