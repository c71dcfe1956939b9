import { expect, test } from "vitest";
import { suggest } from "./suggest.ts";

const names = ["hello", "help2man", "lua", "nodejs", "libgreet"];

test.each([
  ["helo", "hello"],
  ["hlelo", "hello"],
  ["Hello", "hello"],
  ["libgret", "libgreet"],
  ["lau", "lua"],
])("%s was meant to be %s", (wanted, meant) => {
  expect(suggest(wanted, names)).toBe(meant);
});

test.each(["xyzzy", "h", "postgresql"])("nothing is near %s", (wanted) => {
  expect(suggest(wanted, names)).toBeUndefined();
});
