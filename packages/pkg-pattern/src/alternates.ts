import { PatternError } from "./pattern-error.ts";

/** More spellings than this are no pattern that anybody wrote; real ones have fewer than twenty. */
const MAX_SPELLINGS = 10_000;

/**
 * Writes out the alternatives of a pattern, `{a,b}-1` as `a-1` and `b-1`, from left to right.
 *
 * Braces nest, a piece may be empty, and a `}` without a `{` is an ordinary character.
 *
 * @throws PatternError for a `{` without its `}`, or for more spellings than can be meant
 */
export function* alternates(pattern: string): Generator<string> {
  const pending = [pattern];
  let budget = MAX_SPELLINGS;
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    if (budget-- === 0) throw new PatternError(pattern, `more than ${MAX_SPELLINGS} alternatives`);
    const open = current.indexOf("{");
    if (open < 0) yield current;
    else pending.push(...spliceFirstGroup(pattern, current, open).toReversed());
  }
}

function spliceFirstGroup(pattern: string, text: string, open: number): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let index = open; index < text.length; index++) {
    const character = text[index];
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (depth === 0 || (depth === 1 && character === ",")) {
      pieces.push(text.slice(start, index));
      start = index + 1;
    }
    if (depth === 0) return pieces.map((piece) => text.slice(0, open) + piece + text.slice(index + 1));
  }
  throw new PatternError(pattern, 'a "{" has no matching "}"');
}
