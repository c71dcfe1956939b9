import fc from "fast-check";
import { expect, test } from "vitest";
import { bestMatchFinder } from "./best-match-finder.ts";
import { bestMatch } from "./best-match.ts";
import { PatternError } from "./pattern-error.ts";

const base = fc.constantFrom("foo", "foo-bar", "bar", "p5-foo", "f");
const version = fc.constantFrom("1", "1.0", "1.2nb1", "2", "10", "alpha");
const pkgname = fc.oneof(
  fc.tuple(base, version).map((parts) => parts.join("-")),
  base,
);
const plain = fc.oneof(
  pkgname,
  fc.tuple(base, fc.constantFrom(">=1", "<2", ">1<10", ">=1.2")).map((parts) => parts.join("")),
  base.map((name) => `${name}-[0-9]*`),
  fc.constantFrom("*", "foo*", "?oo-1", "*-1"),
);
const pattern = fc.oneof(
  plain,
  fc.array(plain, { maxLength: 3 }).map((some) => `{${some.join(",")}}`),
);

test("whatever the names and patterns, what is found is what bestMatch finds, the second time too", () => {
  fc.assert(
    fc.property(fc.array(pkgname), fc.array(pattern), (pkgnames, patterns) => {
      const find = bestMatchFinder(pkgnames);
      for (const each of [...patterns, ...patterns]) expect(find(each)).toBe(bestMatch(each, pkgnames));
    }),
    { numRuns: 300 },
  );
});

test("a malformed pattern is an error each time", () => {
  const find = bestMatchFinder(["foo-1"]);
  expect(() => find("{foo")).toThrow(PatternError);
  expect(() => find("{foo")).toThrow(PatternError);
});
