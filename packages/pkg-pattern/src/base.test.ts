import { expect, test } from "vitest";
import { patternBase, patternBases } from "./base.ts";

test.each([
  ["libgreet>=1.0", "libgreet"],
  ["libgreet<2", "libgreet"],
  ["p5-IO-[0-9]*", "p5-IO"],
  ["hello", undefined],
  ["hello-1.0", undefined],
  ["py3*-six>=1", undefined],
  ["py3?-six-[0-9]*", undefined],
  ["hello-2.*", undefined],
  ["{a,b}>=1", undefined],
])("the base of %s is %s", (pattern, base) => {
  expect(patternBase(pattern)).toBe(base);
});

test("alternatives add their bases together", () => {
  expect(patternBases("{foo>=1,bar-[0-9]*,foo<3}")).toEqual(["foo", "bar"]);
  expect(patternBases("foo>=1")).toEqual(["foo"]);
  expect(patternBases("{foo>=1,b*r>=1}")).toBeUndefined();
});
