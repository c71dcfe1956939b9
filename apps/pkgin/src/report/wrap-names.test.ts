import { expect, test } from "vitest";
import { wrapNames } from "./wrap-names.ts";

test("short lists stay on one line", () => {
  expect(wrapNames(["hello-2.1", "libgreet-1.0"], 80)).toBe("  hello-2.1 libgreet-1.0");
});

test("a first line may be exactly as wide as the terminal", () => {
  expect(wrapNames(["aaaaa", "bbb", "c"], 11)).toBe("  aaaaa bbb\n  c");
});

test("a later line is at most one less than the terminal's width", () => {
  expect(wrapNames(["aaaaaaaaa", "bbbb", "ccc"], 10)).toBe("  aaaaaaaaa\n  bbbb\n  ccc");
  expect(wrapNames(["aaaaaaaaa", "bbbb", "cc"], 10)).toBe("  aaaaaaaaa\n  bbbb cc");
});
