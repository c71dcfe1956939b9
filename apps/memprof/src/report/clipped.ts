/** Ends lines where the terminal does, so that a table stays one; text for no terminal stays whole. */
export function clipped(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  const most = Math.max(columns, MOST_NARROW);
  return text
    .split("\n")
    .map((line) => (line.length > most ? `${line.slice(0, most - 1)}…` : line))
    .join("\n");
}

/** Below it numbers would be cut, and not only names. */
const MOST_NARROW = 60;
