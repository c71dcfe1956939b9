import type { PackingLine } from "./packing-list.ts";

/** Takes a packing list apart into its lines. Trailing white space does not count. */
export function* packingLines(text: string): Generator<PackingLine> {
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed + 1;
    yield packingLine(text.slice(start, end));
    start = end;
  }
}

function packingLine(text: string): PackingLine {
  const end = lastInk(text);
  if (!text.startsWith("@")) return { word: undefined, argument: text.slice(0, end), text };
  let blank = 1;
  while (blank < end && !isBlank(text, blank)) blank++;
  let start = blank;
  while (start < end && isBlank(text, start)) start++;
  return { word: text.slice(1, blank), argument: text.slice(start, end), text };
}

function lastInk(text: string): number {
  let end = text.length;
  while (end > 0 && isBlank(text, end - 1)) end--;
  return end;
}

/** White space as C has it; a name may end with one of Unicode's other blanks. */
function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 32 || (code >= 9 && code <= 13);
}
