/**
 * Lays out package names as pkgin's reports do: two blanks, then names one blank apart, wrapped at the width.
 *
 * The blank before a name does not count when deciding whether it still fits, and from the second line on one column
 * more is reserved; both are part of the output that scripts know.
 *
 * @param width terminal columns
 * @returns the lines, joined by newlines, without one at the end
 */
export function wrapNames(names: readonly string[], width: number): string {
  let text = "";
  let length = 0;
  for (const name of names) {
    const nameLength = Buffer.byteLength(name);
    if (text === "") {
      text = `  ${name}`;
      length = 2 + nameLength;
    } else if (length + nameLength >= width) {
      text += `\n  ${name}`;
      length = 2 + nameLength + 1;
    } else {
      text += ` ${name}`;
      length += 1 + nameLength;
    }
  }
  return text;
}
