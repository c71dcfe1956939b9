import { expect, test } from "vitest";
import { vulnerabilityFinder } from "./vulnerabilities.ts";

const list = [
  { pattern: "hello<2.12nb1", type: "remote-code-execution", url: "https://example.org/1" },
  { pattern: "hello>=3<3.2", type: "denial-of-service", url: "https://example.org/2" },
  { pattern: "{hello,goodbye}-[0-9]*", type: "eol", url: "https://example.org/3" },
  { pattern: "h*o-2.1", type: "weak-cryptography", url: "https://example.org/4" },
  { pattern: "hello{", type: "malformed", url: "https://example.org/5" },
];

test("what is known against a package is found by its name and version", () => {
  const find = vulnerabilityFinder(list);
  expect(find("hello-2.12nb1")).toEqual([]);
  expect(find("hello-2.1").map(({ url }) => url)).toEqual([list[0]?.url, list[3]?.url]);
  expect(find("hello-3.1")).toEqual([list[1]]);
  expect(find("other-1")).toEqual([]);
});

test("the end of life counts where it is asked for, and ignored URLs never do", () => {
  const find = vulnerabilityFinder(list, { endOfLife: true, ignoredUrls: ["https://example.org/2"] });
  expect(find("hello-3.1")).toEqual([list[2]]);
  expect(find("goodbye-1")).toEqual([list[2]]);
});
