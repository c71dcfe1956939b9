import { splitName } from "./name.ts";
import { compareVersions } from "./version.ts";

const FIRST_OPERATOR = /[<>]=?/;

/**
 * Tells whether a name lies in a range of versions, `foo>=1` or `foo>=1<2`.
 *
 * The text before the operator must be the name's base to the letter. Only a lower bound may be followed by an upper one;
 * after `<` everything is version. An empty version is older than or equal to every release.
 *
 * @param range a pattern that holds `<` or `>`
 */
export function inRange(range: string, pkgname: string): boolean {
  const operator = FIRST_OPERATOR.exec(range);
  const { base, version } = splitName(pkgname);
  if (operator === null || version === undefined || range.slice(0, operator.index) !== base) return false;

  const bound = range.slice(operator.index + operator[0].length);
  const upper = operator[0].startsWith(">") ? bound.indexOf("<") : -1;
  if (upper < 0) return satisfies(version, operator[0], bound);
  const upperOperator = bound[upper + 1] === "=" ? "<=" : "<";
  return (
    satisfies(version, operator[0], bound.slice(0, upper)) &&
    satisfies(version, upperOperator, bound.slice(upper + upperOperator.length))
  );
}

function satisfies(version: string, operator: string, bound: string): boolean {
  const order = compareVersions(version, bound);
  if (order === 0) return operator.endsWith("=");
  return operator.startsWith("<") ? order < 0 : order > 0;
}
