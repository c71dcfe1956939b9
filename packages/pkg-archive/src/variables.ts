/** Variables by their names; a value for each line that has it, in order. */
export type Variables = ReadonlyMap<string, readonly string[]>;

/**
 * Reads lines of `VARIABLE=VALUE`: +BUILD_INFO, +INSTALLED_INFO or pkg_install.conf.
 *
 * A variable that is repeated has several values. Blanks after the `=` do not count, nor do lines without one.
 */
export function parseVariables(text: string): Map<string, string[]> {
  const variables = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals <= 0) continue;
    const name = line.slice(0, equals);
    const value = line.slice(skipBlanks(line, equals + 1), line.endsWith("\r") ? -1 : undefined);
    const values = variables.get(name);
    if (values === undefined) variables.set(name, [value]);
    else values.push(value);
  }
  return variables;
}

/** Prints variables, a line for each value, in their order. */
export function formatVariables(variables: Variables): string {
  let text = "";
  for (const [name, values] of variables) for (const value of values) text += `${name}=${value}\n`;
  return text;
}

function skipBlanks(line: string, start: number): number {
  let index = start;
  while (line[index] === " " || line[index] === "\t") index++;
  return index;
}
