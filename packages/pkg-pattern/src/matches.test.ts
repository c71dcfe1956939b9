import { expect, test } from "vitest";
import { matches } from "./matches.ts";
import { PatternError } from "./pattern-error.ts";

test.each([
  ["foo", "foo-1.2", true],
  ["foo", "foo-bar-1", false],
  ["foo-1", "foo-1-2", true],
  ["foo-1.0", "foo-1.0nb1", false],
  ["fo*", "fo-1", true],
  ["foo-[0-9]*", "foo-1-bar", true],
  ["foo-[0-9]*", "foo-x1", false],
  ["foo>=1", "foo-1nb1", true],
  ["foo>1", "foo-1nb1", true],
  ["foo<=1", "foo-1nb1", false],
  ["foo>=1<2", "foo-2alpha", true],
  ["foo>=1<2", "foo-2", false],
  ["foo>=1<=2", "foo-2", true],
  ["foo<2>1", "foo-1.5", true],
  ["foo>=", "foo-1alpha", true],
  ["foo>=1", "fo*o-1", false],
  ["foo>=1", "foo", false],
  ["{foo,bar}>=1", "bar-1", true],
  ["{foo>=2,bar-[0-9]*}", "foo-1", false],
  ["foo{,-base}-[0-9]*", "foo-base-3", true],
  ["{a,{b,c}d}-1", "cd-1", true],
  ["foo}", "foo}-1", true],
  ["*", ".foo-1", false],
  ["[[:alpha:]]oo-1", "foo-1", true],
  ["[a-", "[a--1", true],
  ["foo-\\*", "foo-*", true],
])("%s and %s: %s", (pattern, pkgname, expected) => {
  expect(matches(pattern, pkgname)).toBe(expected);
});

test.each(["{foo", "foo{a,b}{", "{a,{b}"])("%s is malformed", (pattern) => {
  expect(() => matches(pattern, "foo-1")).toThrow(PatternError);
  expect(() => matches(pattern, "foo-1")).toThrow(`malformed pattern "${pattern}"`);
});

test("a pattern with billions of alternatives is refused instead of tried", () => {
  expect(() => matches("{a,b}".repeat(40), "x-1")).toThrow("more than 10000 alternatives");
});

test("many stars do not take for ever", () => {
  expect(matches(`${"a*".repeat(40)}b`, `${"a".repeat(5000)}-1`)).toBe(false);
});

test("a question mark stands for one byte, as it does in C", () => {
  expect(matches("caf?-1", "café-1")).toBe(false);
  expect(matches("caf??-1", "café-1")).toBe(true);
});
