import { expect, test } from "vitest";
import { bestMatch } from "./best-match.ts";

test("the highest version wins", () => {
  expect(bestMatch("foo-[0-9]*", ["foo-1.2", "foo-1.10", "foo-1.9", "bar-3"])).toBe("foo-1.10");
});

test("of equal versions the first by bytes wins, wherever it stands", () => {
  expect(bestMatch("foo>=1", ["foo-1.0.0", "foo-1.0"])).toBe("foo-1.0");
  expect(bestMatch("foo>=1", ["foo-1.0", "foo-1.0.0"])).toBe("foo-1.0");
});

test("without a match there is no winner", () => {
  expect(bestMatch("foo>=2", ["foo-1"])).toBeUndefined();
  expect(bestMatch("foo>=2", [])).toBeUndefined();
});
