/**
 * Reads `VARIABLE=value` lines, as +BUILD_INFO and +INSTALLED_INFO have them; a variable may come more than once.
 *
 * White space after the `=` is dropped; lines without `=` are not counted.
 */
export function parseVariables(text: string): ReadonlyMap<string, readonly string[]> {
  const variables = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (equals < 0) continue;
    const name = line.slice(0, equals);
    const value = line.slice(equals + 1).trim();
    const values = variables.get(name);
    if (values === undefined) variables.set(name, [value]);
    else values.push(value);
  }
  return variables;
}
