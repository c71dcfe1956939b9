import fc from "fast-check";
import { patternBase } from "pkg-pattern";
import { expect, test } from "vitest";
import { importText, newCatalogue, recordOf, REPOSITORY } from "../test/fixture.ts";
import type { Catalogue } from "./index.ts";

function rows(catalogue: Catalogue, sql: string): unknown[] {
  return catalogue.connection.prepare(sql).all();
}

const variables = {
  PKGNAME: "hello-2.12nb1",
  DEPENDS: ["gettext-lib>=0.22", "{perl>=5.0,perl5-[0-9]*}"],
  CONFLICTS: "goodbye-[0-9]*",
  SUPERSEDES: "hallo<3",
  PROVIDES: "/usr/pkg/lib/libhello.so.1",
  REQUIRES: ["/usr/lib/libc.so.12", "/usr/pkg/lib/libintl.so.8"],
  COMMENT: "Friendly greeter",
  SIZE_PKG: "123456789012345678",
  BUILD_DATE: "2026-02-22 20:13:14 +0000",
  CATEGORIES: "devel misc",
  HOMEPAGE: "https://hello.example/",
  LICENSE: "gnu-gpl-v3",
  OPSYS: "NetBSD",
  OS_VERSION: "10.1",
  PKGPATH: "devel/hello",
  PKGTOOLS_VERSION: "20091115",
  PKG_OPTIONS: "nls",
  FILE_SIZE: "4711",
  DESCRIPTION: ["One.", "", "Two."],
};
const shared = {
  PKG_ID: 1,
  FULLPKGNAME: "hello-2.12nb1",
  PKGNAME: "hello",
  PKGVERS: "2.12nb1",
  BUILD_DATE: "2026-02-22 20:13:14 +0000",
  COMMENT: "Friendly greeter",
  LICENSE: "gnu-gpl-v3",
  PKGTOOLS_VERSION: "20091115",
  HOMEPAGE: "https://hello.example/",
  OS_VERSION: "10.1",
  PKGPATH: "devel/hello",
  PKG_OPTIONS: "nls",
  CATEGORIES: "devel misc",
  SIZE_PKG: "123456789012345678",
  FILE_SIZE: "4711",
  OPSYS: "NetBSD",
};

test("outside readers find the tables and columns of pkgin.db, in their order", async () => {
  const catalogue = newCatalogue();
  const lastModified = "Wed, 25 Nov 2026 01:02:03 GMT";
  await importText(catalogue, recordOf(variables), REPOSITORY, { validators: { lastModified } });
  const fields = new Map(Object.entries(variables).map(([name, value]) => [name, [value].flat()]));
  catalogue.replaceLocal(
    [
      { fields, keep: true },
      { fields: new Map([["PKGNAME", ["gettext-lib-0.23"]]]), keep: false },
    ],
    { seconds: 1_700_000_000, nanoseconds: 5 },
  );
  const [remote] = rows(catalogue, "SELECT * FROM REMOTE_PKG") as [object];
  expect(Object.entries(remote)).toEqual(Object.entries({ ...shared, REPOSITORY }));
  const [local] = rows(catalogue, "SELECT * FROM LOCAL_PKG WHERE PKG_KEEP = 1") as [object];
  expect(Object.entries(local)).toEqual(Object.entries({ ...shared, PKG_KEEP: 1 }));
  expect(rows(catalogue, "SELECT PKG_KEEP FROM LOCAL_PKG WHERE PKGNAME = 'gettext-lib'")).toEqual([
    { PKG_KEEP: null },
  ]);
  expect(rows(catalogue, "SELECT * FROM REPOS")).toEqual([
    { REPO_URL: REPOSITORY, REPO_MTIME: Date.parse(lastModified) / 1000 },
  ]);
  expect(rows(catalogue, "SELECT * FROM PKGDB")).toEqual([{ pkgdb_mtime: 1_700_000_000, pkgdb_ntime: 5 }]);
  expect(rows(catalogue, "SELECT * FROM local_required_by")).toEqual([
    { pkgname: "gettext-lib-0.23", required_by: "hello-2.12nb1" },
  ]);
  expect(rows(catalogue, "SELECT * FROM remote_description")).toEqual([
    { pkg_id: 1, description: "One.\n\nTwo." },
  ]);
});

test.each(["remote", "local"])(
  "outside readers find one %s row a line of what a package lists",
  async (side) => {
    const catalogue = newCatalogue();
    await importText(catalogue, recordOf(variables));
    const fields = new Map(Object.entries(variables).map(([name, value]) => [name, [value].flat()]));
    catalogue.replaceLocal([{ fields, keep: true }], undefined);
    expect(rows(catalogue, `SELECT * FROM ${side}_depends`)).toEqual([
      { pkg_id: 1, pattern: "gettext-lib>=0.22", pkgbase: "gettext-lib" },
      { pkg_id: 1, pattern: "{perl>=5.0,perl5-[0-9]*}", pkgbase: null },
    ]);
    expect(rows(catalogue, `SELECT * FROM ${side}_conflicts`)).toEqual([
      { pkg_id: 1, pattern: "goodbye-[0-9]*", pkgbase: "goodbye" },
    ]);
    expect(rows(catalogue, `SELECT * FROM ${side}_provides`)).toEqual([
      { pkg_id: 1, filename: "/usr/pkg/lib/libhello.so.1" },
    ]);
    expect(rows(catalogue, `SELECT filename FROM ${side}_requires`)).toEqual([
      { filename: "/usr/lib/libc.so.12" },
      { filename: "/usr/pkg/lib/libintl.so.8" },
    ]);
  },
);

test("the base of a pattern is the same in SQL as elsewhere", async () => {
  const catalogue = newCatalogue();
  const part = fc.constantFrom(
    "a",
    "b-",
    "-1",
    ">",
    "<",
    ">=",
    "-[0-9]*",
    "*",
    "?",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\\",
  );
  const pattern = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(fc.array(pattern, { minLength: 1, maxLength: 50 }), async (patterns) => {
      await importText(catalogue, recordOf({ PKGNAME: "x-1", DEPENDS: patterns }));
      const found = rows(catalogue, "SELECT pattern, pkgbase FROM remote_depends");
      expect(found).toEqual(patterns.map((text) => ({ pattern: text, pkgbase: patternBase(text) ?? null })));
    }),
    { numRuns: 30 },
  );
});

test("a package that stands behind another repository's is in no view", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, recordOf(variables), "http://127.0.0.1/first");
  await importText(catalogue, recordOf(variables), "http://127.0.0.1/second");
  for (const view of [
    "remote_pkg",
    "remote_description",
    "remote_conflicts",
    "remote_supersedes",
    "remote_provides",
  ])
    expect(rows(catalogue, `SELECT * FROM ${view}`), `${view}`).toHaveLength(1);
});
