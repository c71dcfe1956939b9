/** Which licences packages may have. */
export interface LicensePolicy {
  /** Names, as in DEFAULT_ACCEPTABLE_LICENSES and ACCEPTABLE_LICENSES of pkg_install.conf. */
  readonly acceptable: readonly string[];
  /** Whether a package must state its licence, as with CHECK_LICENSE=always; else one that states none is free. */
  readonly mustBeStated?: boolean | undefined;
}

/**
 * Tells whether a licence condition of pkgsrc is met: names, `AND`, `OR` and parentheses, without which AND and OR may not be
 * mixed.
 *
 * @param condition the value of LICENSE
 * @param acceptable names of the licences that are accepted
 * @returns undefined for a condition that cannot be understood
 */
export function isAcceptable(condition: string, acceptable: Iterable<string>): boolean | undefined {
  const words = condition.match(/[()]|[^\s()]+/g) ?? [];
  const reader = new ConditionReader(words, new Set(acceptable));
  const value = reader.condition(0);
  return reader.isAtEnd ? value : undefined;
}

const NAME = /^[\w.-]+$/;
/** More than anybody needs, and so little that nothing overflows. */
const DEEPEST = 100;

class ConditionReader {
  readonly #words: readonly string[];
  readonly #acceptable: ReadonlySet<string>;
  #next = 0;

  constructor(words: readonly string[], acceptable: ReadonlySet<string>) {
    this.#words = words;
    this.#acceptable = acceptable;
  }

  get isAtEnd(): boolean {
    return this.#next === this.#words.length;
  }

  /** Reads operands with one kind of operator between them. */
  condition(depth: number): boolean | undefined {
    let value = this.#operand(depth);
    const operator = this.#words[this.#next];
    if (operator !== "AND" && operator !== "OR") return value;
    while (value !== undefined && this.#words[this.#next] === operator) {
      this.#next += 1;
      const right = this.#operand(depth);
      if (right === undefined) return undefined;
      value = operator === "AND" ? value && right : value || right;
    }
    return value;
  }

  #operand(depth: number): boolean | undefined {
    const word = this.#words[this.#next++] ?? "";
    if (word === "(" && depth < DEEPEST) {
      const value = this.condition(depth + 1);
      return this.#words[this.#next++] === ")" ? value : undefined;
    }
    if (word === "AND" || word === "OR" || !NAME.test(word)) return undefined;
    return this.#acceptable.has(word);
  }
}
