import { beforeEach, expect, test } from "vitest";
import { importText, newCatalogue, recordOf } from "../test/fixture.ts";
import type { Catalogue, PackageRow } from "./index.ts";

const FIRST = "http://127.0.0.1/first";
const SECOND = "http://127.0.0.1/second";

let catalogue: Catalogue;

const full = (packages: readonly PackageRow[]) => packages.map(({ fullName }) => fullName);

function join(...records: Parameters<typeof recordOf>[0][]): string {
  return records.map(recordOf).join("\n");
}

beforeEach(async () => {
  catalogue = newCatalogue();
  catalogue.setRepositories([FIRST, SECOND]);
  await importText(
    catalogue,
    join(
      { PKGNAME: "hello-2.9", COMMENT: "Says hello", CATEGORIES: "misc devel", PKGPATH: "misc/hello" },
      {
        PKGNAME: "hello-2.10",
        COMMENT: "Says hello",
        CATEGORIES: "misc",
        PKGPATH: "misc/hello",
        DEPENDS: "libgreet>=1",
      },
      {
        PKGNAME: "hello-doc-2.10",
        COMMENT: "Manual",
        CATEGORIES: "doc",
        DEPENDS: ["{a,hello}-[0-9]*", "hello<3"],
      },
      {
        PKGNAME: "libgreet-1.0",
        COMMENT: "Library",
        PROVIDES: ["/usr/pkg/lib/libgreet.so.1"],
        SUPERSEDES: "greet<1",
      },
    ),
    FIRST,
  );
  await importText(
    catalogue,
    join(
      { PKGNAME: "libgreet-1.0", COMMENT: "The same elsewhere", PROVIDES: ["/usr/pkg/lib/libgreet.so.1"] },
      { PKGNAME: "libgreet-1.1", COMMENT: "Newer", REQUIRES: "/usr/lib/libc.so.12" },
      { PKGNAME: "zzz-1", CATEGORIES: "x11", DEPENDS: "[malformed{" },
    ),
    SECOND,
  );
});

test("packages are found by name, full name and path; of one full name the first repository's counts", () => {
  expect(full(catalogue.remoteNamed("hello"))).toEqual(["hello-2.10", "hello-2.9"]);
  expect(catalogue.remoteFull("libgreet-1.0")).toMatchObject({ comment: "Library", repository: FIRST });
  expect(catalogue.remoteFull("libgreet-1.1")).toMatchObject({ repository: SECOND });
  expect(catalogue.remoteFull("libgreet-9")).toBeUndefined();
  expect(full(catalogue.remoteByPath("misc/hello"))).toEqual(["hello-2.10", "hello-2.9"]);
  expect(full(catalogue.remotePackages())).toEqual([
    "hello-2.10",
    "hello-2.9",
    "hello-doc-2.10",
    "libgreet-1.0",
    "libgreet-1.1",
    "zzz-1",
  ]);
  expect(catalogue.remoteNames()).toEqual(["hello", "hello-doc", "libgreet", "zzz"]);
});

test.each([
  ["hello", ["hello-2.10", "hello-2.9"]],
  ["hello-2.9", ["hello-2.9"]],
  ["hello>=2.10", ["hello-2.10"]],
  ["hello<2.10", ["hello-2.9"]],
  ["hello-[0-9]*", ["hello-2.10", "hello-2.9"]],
  ["{hello,libgreet}-[0-9]*", ["hello-2.10", "hello-2.9", "libgreet-1.1", "libgreet-1.0"]],
  ["*doc*", ["hello-doc-2.10"]],
  ["hello-2.*", ["hello-2.10", "hello-2.9"]],
  ["hello-*", ["hello-2.10", "hello-2.9", "hello-doc-2.10"]],
  ["hell*", ["hello-2.10", "hello-2.9", "hello-doc-2.10"]],
  ["hello-doc-2.1[0-9]", ["hello-doc-2.10"]],
  ["hello-{2.9,doc-*}", ["hello-2.9", "hello-doc-2.10"]],
  ["hello?doc-2.10", ["hello-doc-2.10"]],
  ["nothing-[0-9]*", []],
])("the pattern %s finds what it matches", (pattern, expected) => {
  expect(full(catalogue.remoteMatching(pattern))).toEqual(expected);
});

test("a malformed pattern is an error", () => {
  expect(() => catalogue.remoteMatching("{hello")).toThrow(expect.objectContaining({ name: "PatternError" }));
});

test("a pattern of one name is looked up by it, and does not go through all packages", () => {
  const plan = catalogue.connection
    .prepare("EXPLAIN QUERY PLAN SELECT * FROM remote_package p WHERE NOT p.shadowed AND p.name = 'hello'")
    .all() as { detail: string }[];
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringContaining("USING INDEX remote_name (name=?)"),
  ]);
});

test("a search looks at names, full names and comments", () => {
  const search = (expression: RegExp) => full(catalogue.searchRemote((text) => expression.test(text)));
  expect(search(/^hello$/)).toEqual(["hello-2.10", "hello-2.9"]);
  expect(search(/2\.10$/)).toEqual(["hello-2.10", "hello-doc-2.10"]);
  expect(search(/^Library$/)).toEqual(["libgreet-1.0"]);
  expect(search(/elsewhere/)).toEqual([]);
});

test("a search among packages that contain a text finds of them what passes", () => {
  const among = (containing: string, expression = /(?:)/) =>
    full(catalogue.searchRemote((text) => expression.test(text), containing));
  expect(among("HELLO")).toEqual(full(catalogue.searchRemote((text) => /hello/i.test(text))));
  expect(among("o-2.1")).toEqual(["hello-2.10"]);
  expect(among("lib", /^Library$/)).toEqual(["libgreet-1.0"]);
  for (const notMeant of ["h%o", "hell_", "\\h"]) expect(among(notMeant)).toEqual([]);
});

test("who needs a package, and what a library comes from", () => {
  expect(full(catalogue.remoteDependents("hello-2.10"))).toEqual(["hello-doc-2.10"]);
  expect(full(catalogue.remoteDependents("hello-3"))).toEqual(["hello-doc-2.10"]);
  expect(full(catalogue.remoteDependents("libgreet-0.9"))).toEqual([]);
  expect(catalogue.remoteProviders("/usr/pkg/lib/libgreet.so.1")).toEqual([
    expect.objectContaining({ fullName: "libgreet-1.0", repository: FIRST }),
  ]);
  expect(catalogue.remoteProviders("/usr/pkg/lib/libgreet.so")).toEqual([]);
  expect(catalogue.superseding()).toEqual([
    { remote: expect.objectContaining({ fullName: "libgreet-1.0" }), pattern: "greet<1" },
  ]);
});

test("categories are told apart, also where a package is in several", () => {
  expect(catalogue.remoteCategories()).toEqual(["devel", "doc", "misc", "x11"]);
  expect(full(catalogue.remoteInCategory("misc"))).toEqual(["hello-2.10", "hello-2.9"]);
  expect(full(catalogue.remoteInCategory("devel"))).toEqual(["hello-2.9"]);
  expect(catalogue.remoteInCategory("mis")).toEqual([]);
});

test("a package that was hidden by another repository's comes forward when that one goes, or their order changes", () => {
  const origin = () => catalogue.remoteFull("libgreet-1.0")?.repository;
  expect(catalogue.setRepositories([SECOND, FIRST])).toEqual([]);
  expect(origin()).toBe(SECOND);
  expect(catalogue.setRepositories([FIRST, SECOND])).toEqual([]);
  expect(origin()).toBe(FIRST);
  expect(catalogue.setRepositories([SECOND])).toEqual([FIRST]);
  expect(origin()).toBe(SECOND);
  expect(full(catalogue.remotePackages())).toEqual(["libgreet-1.0", "libgreet-1.1", "zzz-1"]);
});

test("a package that goes from the first repository is still there from the second", async () => {
  await importText(catalogue, recordOf({ PKGNAME: "other-1" }), FIRST);
  expect(catalogue.remoteFull("libgreet-1.0")).toMatchObject({ repository: SECOND });
});

const installed = (fields: Record<string, string[]>, keep = false) => ({
  fields: new Map(Object.entries(fields)),
  keep,
});

test("what is installed replaces what was, and every dependency is met by the best that matches", () => {
  const unresolved = catalogue.replaceLocal(
    [
      installed({ PKGNAME: ["app-1.0"], DEPENDS: ["lib>=1", "gone-[0-9]*"], CONFLICTS: ["old<2"] }, true),
      installed({ PKGNAME: ["lib-1.0"], SIZE_PKG: ["10"] }),
      installed({ PKGNAME: ["lib-1.2"], SIZE_PKG: ["20"] }),
    ],
    { seconds: 5, nanoseconds: 7 },
  );
  expect(unresolved).toEqual([{ fullName: "app-1.0", pattern: "gone-[0-9]*" }]);
  expect(full(catalogue.localPackages())).toEqual(["app-1.0", "lib-1.0", "lib-1.2"]);
  expect(full(catalogue.localMatching("lib-[0-9]*"))).toEqual(["lib-1.2", "lib-1.0"]);
  expect(catalogue.localFull("app-1.0")?.keep).toBe(true);
  expect(catalogue.dependentsOf("lib-1.2")).toEqual(["app-1.0"]);
  expect(catalogue.dependentsOf("lib-1.0")).toEqual([]);
  expect(catalogue.dependenciesOf("app-1.0")).toEqual(["lib-1.2"]);
  expect(catalogue.localConflicts()).toEqual([
    { installed: expect.objectContaining({ fullName: "app-1.0" }), pattern: "old<2" },
  ]);
  expect(catalogue.pkgdbStamp()).toEqual({ seconds: 5, nanoseconds: 7 });
  expect(catalogue.statistics()).toMatchObject({ installed: 3, installedSize: 30n });
  catalogue.setKeep("lib-1.2", true);
  expect(catalogue.localNamed("lib").map(({ keep }) => keep)).toEqual([true, false]);
  expect(catalogue.replaceLocal([], undefined)).toEqual([]);
  expect(catalogue.localPackages()).toEqual([]);
  expect(catalogue.pkgdbStamp()).toBeUndefined();
});

test("several questions in a snapshot are answered from one state, whatever others write meanwhile", async () => {
  const { openCatalogue } = await import("./index.ts");
  const other = openCatalogue(catalogue.path);
  const counts = other.snapshot(() => {
    const before = other.remotePackages().length;
    catalogue.setRepositories([FIRST]);
    return [before, other.remotePackages().length];
  });
  expect(counts).toEqual([6, 6]);
  expect(other.remotePackages()).toHaveLength(4);
  other.close();
});
