import { expect, test } from "vitest";
import { dependenciesFirst, installationOrder, nameBucket } from "./order.ts";

test.each([
  ["libnew", 38],
  ["lua", 199],
  ["app", 102],
  ["hello", 153],
  ["newtool", 173],
])("the bucket of %s is %d", (name, bucket) => {
  expect(nameBucket(name, 256n)).toBe(bucket);
});

test("the deepest come first, then pkg_install, then by bucket", () => {
  const found = [
    { name: "newtool", level: 0 },
    { name: "hello", level: 0 },
    { name: "lua", level: 1 },
    { name: "app", level: 0 },
    { name: "libnew", level: 1 },
    { name: "pkg_install", level: 0 },
  ];
  expect(installationOrder(found).map(({ name }) => name)).toEqual([
    "libnew",
    "lua",
    "pkg_install",
    "app",
    "hello",
    "newtool",
  ]);
});

test("what is needed comes before what needs it, the rest keeps its place", () => {
  const needs: Record<string, string[]> = { app: ["lib"], lib: ["base"], base: [], other: [] };
  expect(dependenciesFirst(["other", "app", "base", "lib"], (name) => needs[name] ?? [])).toEqual([
    "other",
    "base",
    "lib",
    "app",
  ]);
});

test("a cycle ends", () => {
  const needs: Record<string, string[]> = { a: ["b"], b: ["c"], c: ["a"] };
  expect(dependenciesFirst(["a", "b", "c"], (name) => needs[name] ?? [])).toEqual(["c", "b", "a"]);
});
