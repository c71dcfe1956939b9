/*
 * File name patterns as POSIX fnmatch() reads them with FNM_PERIOD in the C locale: `*` and `?` match any byte, a dot at
 * the very start of the name has to be written out, `[...]` takes ranges, classes and a leading `!` or `^`, a backslash
 * quotes. A `[` that is never closed stands for itself.
 */

/** `star`, `any` (one byte), a single literal character, or a bracket expression. */
type Token = string | ByteSet;

/** The bytes that a bracket expression matches, one flag for each of the 256. */
type ByteSet = Uint8Array;

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // oxlint-disable-next-line no-control-regex -- that is what the class is
  cntrl: /[\0-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

const parsed = new Map<string, readonly Token[]>();
/** Patterns come in their thousands, each used on many names in a row. */
const MAX_PARSED = 1024;

/** Tells whether the whole name matches the pattern. */
export function globMatches(pattern: string, name: string): boolean {
  const bytes = toBytes(name);
  const tokens = parseOnce(toBytes(pattern));
  if (bytes.startsWith(".") && tokens[0] !== ".") return false;
  return matchTokens(tokens, bytes);
}

/** One character for each byte of the UTF-8 form, since `?` matches one byte. */
function toBytes(text: string): string {
  // oxlint-disable-next-line no-control-regex -- everything beyond ASCII
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text).toString("latin1");
}

/** Goes back to the last star only, which is enough and keeps the time within length times length. */
function matchTokens(tokens: readonly Token[], bytes: string): boolean {
  let token = 0;
  let position = 0;
  let afterStar = -1;
  let starEnd = 0;
  while (position < bytes.length) {
    if (tokens[token] === "star") {
      afterStar = ++token;
      starEnd = position;
    } else if (token < tokens.length && matchOne(tokens[token], bytes, position)) {
      token += 1;
      position += 1;
    } else if (afterStar >= 0) {
      token = afterStar;
      position = ++starEnd;
    } else {
      return false;
    }
  }
  while (tokens[token] === "star") token += 1;
  return token === tokens.length;
}

function matchOne(token: Token | undefined, bytes: string, position: number): boolean {
  if (typeof token === "string") return token === "any" || token === bytes[position];
  return token?.[bytes.charCodeAt(position)] === 1;
}

function parseOnce(pattern: string): readonly Token[] {
  const known = parsed.get(pattern);
  if (known !== undefined) return known;
  if (parsed.size >= MAX_PARSED) parsed.clear();
  const tokens = parse(pattern);
  parsed.set(pattern, tokens);
  return tokens;
}

function parse(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    const bracket = character === "[" ? parseBracket(pattern, index + 1) : undefined;
    if (bracket !== undefined) {
      tokens.push(bracket.set);
      index = bracket.end;
    } else if (character === "\\" && index + 1 < pattern.length) {
      tokens.push(pattern.charAt(++index));
    } else if (character === "*") {
      tokens.push("star");
    } else {
      tokens.push(character === "?" ? "any" : character);
    }
  }
  return tokens;
}

/** Reads a bracket expression from behind its `[`; undefined where it is never closed. */
function parseBracket(pattern: string, start: number): { set: ByteSet; end: number } | undefined {
  const set = new Uint8Array(256);
  let index = start;
  const negated = pattern[index] === "!" || pattern[index] === "^";
  if (negated) index += 1;
  for (let first = true; index < pattern.length; first = false) {
    if (pattern[index] === "]" && !first)
      return { set: negated ? set.map((flag) => 1 - flag) : set, end: index };
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(index, index + 12));
    if (named !== null) {
      addClass(set, named[1] ?? "");
      index += named[0].length;
      continue;
    }
    const low = readMember(pattern, index);
    const isRange =
      pattern[low.next] === "-" && low.next + 1 < pattern.length && pattern[low.next + 1] !== "]";
    const high = isRange ? readMember(pattern, low.next + 1) : low;
    for (let byte = low.byte; byte <= high.byte; byte++) set[byte] = 1;
    index = high.next;
  }
  return undefined;
}

function readMember(pattern: string, index: number): { byte: number; next: number } {
  const at = pattern[index] === "\\" && index + 1 < pattern.length ? index + 1 : index;
  return { byte: pattern.charCodeAt(at), next: at + 1 };
}

function addClass(set: ByteSet, name: string): void {
  const members = CLASSES[name];
  if (members === undefined) return;
  for (let byte = 0; byte < 128; byte++) {
    if (members.test(String.fromCharCode(byte))) set[byte] = 1;
  }
}
