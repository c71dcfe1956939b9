import { expect, test } from "vitest";
import { extendedRegexp, RegexpError } from "./extended-regexp.ts";

test.each([
  ["hello", "Hello World", true],
  ["^hel+o$", "HELLO", true],
  ["^(lib)?greet-[0-9.]+$", "libgreet-1.0", true],
  ["c++", "a c compiler", true],
  ["a{2}", "baab", true],
  ["a{,2}", "a{,2}", true],
  ["a{", "a{", true],
  ["[[:digit:]]nb[[:digit:]]", "1.0nb2", true],
  ["[[:digit:]]", "abc", false],
  ["[]x]", "]", true],
  ["[^]x]", "]x", false],
  [String.raw`[\d]`, "3", false],
  [String.raw`[\d]`, "\\", true],
  [String.raw`\d`, "3", false],
  [String.raw`\.`, "x", false],
  ["a)", "a)", true],
  ["[a-c[.-.]]", "-", true],
  ["/", "a/b", true],
  ["a|b", "xbx", true],
])("%s against %s: %s", (pattern, text, isFound) => {
  expect(extendedRegexp(pattern).test(text)).toBe(isFound);
});

test.each([
  ["(", "parentheses not balanced"],
  ["[a", "brackets ([ ]) not balanced"],
  ["+", "repetition-operator operand invalid"],
  ["a{3,2}", "invalid repetition count(s)"],
  ["[[:nonsense:]]", "invalid character class"],
  ["\\", "trailing backslash (\\)"],
])("%s is refused: %s", (pattern, message) => {
  expect(() => extendedRegexp(pattern)).toThrow(new RegexpError(message));
});
