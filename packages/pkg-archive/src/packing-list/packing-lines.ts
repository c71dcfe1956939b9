/** A line of a packing list. */
export interface PackingLine {
  /** What follows the `@`, such as `pkgdep`; undefined for a file and for an empty line. */
  readonly word: string | undefined;
  /** What follows the word, or the file; trailing white space does not count. */
  readonly argument: string;
  /** The line as it stands, with its line feed. */
  readonly text: string;
}

/** Takes a packing list apart into its lines. */
export function* packingLines(text: string): Generator<PackingLine> {
  for (let start = 0; start < text.length;) {
    const next = nextLine(text, start);
    yield { ...readLine(text, start, next), text: text.slice(start, next) };
    start = next;
  }
}

/** Where the line ends that starts here, behind its line feed. */
export function nextLine(text: string, start: number): number {
  const feed = text.indexOf("\n", start);
  return feed < 0 ? text.length : feed + 1;
}

/** Reads the line between two places. */
export function readLine(text: string, start: number, next: number): Omit<PackingLine, "text"> {
  let end = next;
  while (end > start && isBlank(text, end - 1)) end--;
  if (text.charCodeAt(start) !== AT) return { word: undefined, argument: text.slice(start, end) };
  let blank = start + 1;
  while (blank < end && !isBlank(text, blank)) blank++;
  const word = text.slice(start + 1, blank);
  while (blank < end && isBlank(text, blank)) blank++;
  return { word, argument: text.slice(blank, end) };
}

const AT = 64;

/** White space as C has it; a name may end with one of Unicode's other blanks. */
function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 32 || (code >= 9 && code <= 13);
}
