/*
 * POSIX extended regular expressions, IEEE Std 1003.1, 9.4, put into JavaScript's. What differs: bracket expressions know
 * classes such as [:alpha:], begin with a literal `]`, and take a backslash as it is; a backslash before a letter or digit
 * is that character; `{` that begins no bound is literal, and so is `*` where there is nothing to repeat.
 */

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "\\x21-\\x7e",
  lower: "a-z",
  print: "\\x20-\\x7e",
  punct: "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
  space: "\\s",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

/** A regular expression that makes no sense; the message is regcomp's. */
export class RegexpError extends Error {
  override readonly name = "RegexpError";
}

/**
 * Makes a POSIX extended regular expression into JavaScript's, without regard to case.
 *
 * @throws RegexpError with the words of the system's regcomp
 */
export function extendedRegexp(source: string): RegExp {
  const translated = new Parser(source).parse();
  try {
    return new RegExp(translated, "is");
  } catch (error) {
    throw new RegexpError("invalid regular expression", { cause: error });
  }
}

class Parser {
  readonly #source: string;
  #position = 0;
  #output = "";
  #depth = 0;
  /** Whether something stands here that can be repeated. */
  #repeatable = false;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): string {
    while (this.#position < this.#source.length) this.#next();
    if (this.#depth > 0) throw new RegexpError("parentheses not balanced");
    return this.#output;
  }

  #next(): void {
    const character = this.#source[this.#position] ?? "";
    this.#position += 1;
    switch (character) {
      case "(":
        this.#depth += 1;
        return this.#emit("(?:", false);
      case ")":
        // Alone it is an ordinary character.
        if (this.#depth === 0) return this.#emit(String.raw`\)`, true);
        this.#depth -= 1;
        return this.#emit(")", true);
      case "|":
      case "^":
        return this.#emit(character, false);
      case "$":
        return this.#emit("$", true);
      case "*":
      case "+":
      case "?":
        return this.#repeat(character);
      case "{":
        return this.#bound();
      case "[":
        return this.#emit(this.#bracket(), true);
      case "\\":
        return this.#escape();
      case ".":
        return this.#emit(".", true);
      default:
        return this.#emit(quote(character), true);
    }
  }

  #emit(text: string, repeatable: boolean): void {
    this.#output += text;
    this.#repeatable = repeatable;
  }

  #repeat(operator: string): void {
    if (this.#repeatable) return this.#emit(operator, false);
    // A second operator adds nothing that the first has not said, or nothing is there to repeat.
    if (/[*+?}]$/.test(this.#output) && !/\\[*+?}]$/.test(this.#output)) {
      this.#output = `${this.#output.replace(/[*+?]$/, "")}*`;
      return;
    }
    if (operator === "*") return this.#emit(String.raw`\*`, true);
    throw new RegexpError("repetition-operator operand invalid");
  }

  #bound(): void {
    const bound = /^(\d+)(,(\d*))?\}/.exec(this.#source.slice(this.#position));
    if (bound === null) return this.#emit(String.raw`\{`, true);
    if (!this.#repeatable) throw new RegexpError("repetition-operator operand invalid");
    const [text, least, , most] = bound;
    if (Number(least) > 255 || Number(most ?? 0) > 255 || (most && Number(most) < Number(least))) {
      throw new RegexpError("invalid repetition count(s)");
    }
    this.#position += text.length;
    this.#emit(`{${text}`, false);
  }

  #escape(): void {
    const character = this.#source[this.#position];
    if (character === undefined) throw new RegexpError(String.raw`trailing backslash (\)`);
    this.#position += 1;
    this.#emit(quote(character), true);
  }

  #bracket(): string {
    const match = /^(\^?)(\]?(?:\[:\w*:\]|\[\.[^\]]*\.\]|\[=[^\]]*=\]|[^\]])*)\]/.exec(
      this.#source.slice(this.#position),
    );
    if (match === null) throw new RegexpError("brackets ([ ]) not balanced");
    const [text, negation = "", inside = ""] = match;
    this.#position += text.length;
    const set = inside.replaceAll(/\[([:.=])(.*?)\1\]|[\\\][^]/g, (part, kind?: string, name = "") => {
      if (kind === ":") return namedClass(name);
      return kind === undefined ? `\\${part}` : quote(name);
    });
    return `[${negation}${set}]`;
  }
}

function namedClass(name: string): string {
  const members = CLASSES[name];
  if (members === undefined) throw new RegexpError("invalid character class");
  return members;
}

function quote(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
