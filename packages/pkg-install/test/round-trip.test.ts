import fc from "fast-check";
import { expect, test } from "vitest";
import { check, type CheckResult } from "../src/index.ts";
import type { TestPackage } from "./make-package.ts";
import { Scene } from "./scene.ts";

const name = fc.constantFrom(
  "a",
  "b",
  "share",
  "it's",
  "with blank",
  "caf\u00e9",
  "x".repeat(120),
  "%D",
  "-rf",
  "$HOME",
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const content = fc.oneof(
  fc.string({ unit: "grapheme" }).map((text) => `text ${text}`),
  fc.uint8Array({ maxLength: 5000 }),
  fc.constantFrom("-> a", "-> ../elsewhere", "-> /nowhere"),
);
const files = fc.dictionary(path, content, { maxKeys: 12 }).map((all) => {
  // Of a file and what would be below it only one can be.
  const paths = Object.keys(all);
  return Object.fromEntries(
    Object.entries(all).filter(([each]) => !paths.some((other) => other.startsWith(`${each}/`))),
  );
});

function packageOf(version: string, contents: TestPackage["files"]): TestPackage {
  return { pkgname: `any-${version}`, files: contents, pkgdirs: ["shared/empty"] };
}

/** What the files of a package look like when they are installed. */
function expected(contents: TestPackage["files"]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [each, value] of Object.entries(contents)) {
    const mode = each.startsWith("bin/") ? "755" : "644";
    if (typeof value === "string" && value.startsWith("-> ")) found[each] = `link ${value.slice(3)}`;
    else found[each] = `file ${mode} ${Buffer.from(value).toString("latin1")}`;
  }
  return found;
}

test("any package is installed as it was made, replaced by any other, and removed without a trace", async () => {
  await fc.assert(
    fc.asyncProperty(files, files, async (first, second) => {
      const scene = new Scene();
      const good: CheckResult = { packages: 1, files: Object.keys(first).length, problems: 0, repaired: 0 };
      await scene.install(packageOf("1.0", first));
      expect(pick(scene, Object.keys(first))).toEqual(expected(first));
      expect(await check(scene.pkgdb, { destdir: scene.root })).toEqual(good);
      await scene.replace("any-1.0", packageOf("2.0", second));
      expect(pick(scene, scene.files())).toEqual(expected(second));
      expect(await check(scene.pkgdb, { destdir: scene.root })).toMatchObject({ problems: 0 });
      await scene.remove("any-2.0");
      expect(Object.keys(scene.tree())).toEqual(["", "opt", "opt/example", "pkgdb", "pkgdb/pkgdb.byfile.db"]);
      expect(scene.warnings).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

function pick(scene: Scene, paths: readonly string[]): Readonly<Record<string, string | undefined>> {
  const tree = scene.tree();
  return Object.fromEntries(paths.map((each) => [each, tree[`opt/example/${each}`]]));
}
