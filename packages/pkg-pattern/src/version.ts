/*
 * pkgsrc's version order, called "dewey". A version becomes a list of numbers and one revision:
 *
 *   digits            their value
 *   alpha, beta       -3, -2
 *   pre, rc           -1
 *   pl, _ and .       0
 *   nb and digits     the revision, which counts only between otherwise equal versions
 *   another letter    0, then its place in the alphabet
 *   anything else     nothing
 *
 * Letters count the same in either case. Shorter lists are filled up with zeros.
 */

interface Dewey {
  readonly components: readonly (number | bigint)[];
  readonly revision: number | bigint;
}

const PART = /(\d+)|(alpha)|(beta)|(pre|rc)|(pl|[_.])|nb(\d*)|([a-z])/gi;
/** Up to so many digits a number holds every integer exactly; real versions do have longer ones. */
const MAX_NUMBER_DIGITS = 15;

/**
 * Compares two versions, each with or without its `nb` revision.
 *
 * Numbers of any length are compared exactly, where pkgsrc's own tools wrap around at 32 bits.
 *
 * @returns -1 where `a` is older than `b`, 1 where it is newer, 0 where they are equal (`1.0` and `1.0.0` are)
 */
export function compareVersions(a: string, b: string): -1 | 0 | 1 {
  return a === b ? 0 : compare(parse(a), parse(b));
}

function compare(a: Dewey, b: Dewey): -1 | 0 | 1 {
  const length = Math.max(a.components.length, b.components.length);
  for (let index = 0; index < length; index++) {
    const order = compareNumbers(a.components[index] ?? 0, b.components[index] ?? 0);
    if (order !== 0) return order;
  }
  return compareNumbers(a.revision, b.revision);
}

function compareNumbers(a: number | bigint, b: number | bigint): -1 | 0 | 1 {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function parse(version: string): Dewey {
  const components: (number | bigint)[] = [];
  let revision: number | bigint = 0;
  for (const [text, digits, alpha, beta, candidate, patchLevel, revisionDigits, letter] of version.matchAll(
    PART,
  )) {
    if (digits !== undefined) components.push(toNumber(digits));
    else if (alpha !== undefined) components.push(-3);
    else if (beta !== undefined) components.push(-2);
    else if (candidate !== undefined) components.push(-1);
    else if (patchLevel !== undefined) components.push(0);
    else if (letter === undefined) revision = toNumber(revisionDigits ?? "");
    else components.push(0, text.toLowerCase().charCodeAt(0) - 0x60);
  }
  return { components, revision };
}

function toNumber(digits: string): number | bigint {
  return digits.length <= MAX_NUMBER_DIGITS ? Number(digits) : BigInt(digits);
}
