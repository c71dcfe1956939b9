import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installedPackage, installedPackages, pkgdbModified } from "./installed-packages.ts";

let pkgdb: string;

beforeEach(() => {
  pkgdb = mkdtempSync(join(tmpdir(), "pkgdb-"));
});

afterEach(() => rmSync(pkgdb, { recursive: true }));

function add(name: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  mkdirSync(join(pkgdb, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(pkgdb, name, file), text);
}

test("what is no package is passed over", () => {
  const files = { "+CONTENTS": "@name a-1\n@cwd /opt\n" };
  for (const name of ["b-1", "a-1", "Z-2", "a-1.xxxxxx", ".hidden-1"]) add(name, files);
  add("empty-1", {});
  writeFileSync(join(pkgdb, "pkg-vulnerabilities"), "");
  expect(installedPackages(pkgdb).map(({ name }) => name)).toEqual(["Z-2", "a-1", "b-1"]);
  for (const name of ["empty-1", "../a-1", "a-1.xxxxxx", "pkg-vulnerabilities"]) {
    expect(() => installedPackage(pkgdb, name)).toThrow(`${name} is not installed in ${pkgdb}`);
  }
  expect(installedPackages(join(pkgdb, "nowhere"))).toEqual([]);
});

test("a package tells what a summary of it says", () => {
  add("a-1", {
    "+CONTENTS": "@name a-1\n@pkgdep b>=1\n@pkgcfl c-[0-9]*\n@cwd /opt\nbin/a\n",
    "+COMMENT": "An a\n",
    "+DESC": "First\n\nSecond\n",
    "+SIZE_PKG": "42\n",
    "+BUILD_INFO": "BUILD_HOST=secret\nCATEGORIES=misc\nPKGPATH=misc/a\nPROVIDES=/opt/x\nPROVIDES=/opt/y\n",
    "+INSTALLED_INFO": "automatic=Yes\n",
    "+REQUIRED_BY": "d-1\ne-1\n",
  });
  const { summary, isAutomatic, isPreserved, requiredBy, files } = installedPackage(pkgdb, "a-1");
  expect([...summary]).toEqual([
    ["PKGNAME", ["a-1"]],
    ["DEPENDS", ["b>=1"]],
    ["CONFLICTS", ["c-[0-9]*"]],
    ["COMMENT", ["An a"]],
    ["SIZE_PKG", ["42"]],
    ["CATEGORIES", ["misc"]],
    ["PKGPATH", ["misc/a"]],
    ["PROVIDES", ["/opt/x", "/opt/y"]],
    ["DESCRIPTION", ["First", "", "Second"]],
  ]);
  expect({ isAutomatic, isPreserved, requiredBy, files }).toEqual({
    isAutomatic: true,
    isPreserved: false,
    requiredBy: ["d-1", "e-1"],
    files: ["/opt/bin/a"],
  });
});

test("text may be no UTF-8, or have what stands for that in it", () => {
  const contents = "@name a-1\n@pkgdep caf\xe9>=1\n@cwd /opt\nbin/caf\xe9\n";
  add("a-1", {
    "+CONTENTS": Buffer.from(contents, "latin1"),
    "+COMMENT": Buffer.from("caf\xe9\n", "latin1"),
  });
  add("b-1", {
    "+CONTENTS": "@name b-1\n@pkgdep caf\u00e9>=1\n@cwd /opt\n",
    "+COMMENT": "\ufffd caf\u00e9\n",
  });
  const [a, b] = installedPackages(pkgdb);
  expect([a?.dependencies, a?.files, a?.read("+COMMENT")]).toEqual([
    ["caf\udce9>=1"],
    ["/opt/bin/caf\udce9"],
    "caf\udce9\n",
  ]);
  expect([b?.dependencies, b?.read("+COMMENT")]).toEqual([["caf\u00e9>=1"], "\ufffd caf\u00e9\n"]);
});

test("a packing list may be longer than what is read at once", () => {
  const paths = Array.from({ length: 20_000 }, (_, index) => `share/${index}/name`);
  add("a-1", { "+CONTENTS": `@name a-1\n@cwd /opt\n${paths.join("\n")}\n@pkgdep last-1\n` });
  const { files, dependencies } = installedPackage(pkgdb, "a-1");
  expect(files.at(-1)).toBe("/opt/share/19999/name");
  expect(dependencies).toEqual(["last-1"]);
});

test("what a packing list says of others is read anew when it has become another", () => {
  const dependency = (): string | undefined => installedPackages(pkgdb)[0]?.dependencies[0];
  const contents = (pattern: string): string => `@name a-1\n@pkgdep ${pattern}\n@cwd /opt\n`;
  add("a-1", { "+CONTENTS": contents("b-1") });
  expect([dependency(), dependency()]).toEqual(["b-1", "b-1"]);
  writeFileSync(join(pkgdb, "a-1/+CONTENTS"), contents("longer-1"));
  expect(dependency()).toBe("longer-1");
  writeFileSync(join(pkgdb, "a-1/beside"), contents("others-1"));
  renameSync(join(pkgdb, "a-1/beside"), join(pkgdb, "a-1/+CONTENTS"));
  expect(dependency()).toBe("others-1");
});

test("the time of the last change has its nanoseconds", () => {
  utimesSync(pkgdb, 1_700_000_000, 1_700_000_000.25);
  expect(pkgdbModified(pkgdb)).toEqual({ seconds: 1_700_000_000, nanoseconds: 250_000_000 });
  expect(pkgdbModified(join(pkgdb, "nowhere"))).toBeUndefined();
});
