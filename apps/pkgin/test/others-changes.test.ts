import { appendFileSync, chmodSync, cpSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { setScene } from "./scene.ts";

/** Replaces a file as pkgsrc's tools do. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

test("what another tool has changed of what is installed is seen, and the rest is not read again", async () => {
  const scene = await setScene(["a-1", "b-1", "c-1", "d-1"].map((pkgname) => ({ pkgname })));
  const record = (...path: string[]) => join(scene.prefix, "pkgdb", ...path);
  const list = async (...options: string[]) => (await scene.pkgin([...options, "-p", "list"])).stdout;
  await scene.pkgin(["-y", "install", "a", "b", "c"]);
  // So long what was changed is not taken for what will stay.
  while (Date.now() < statSync(record("c-1")).ctimeMs + 2000) await delay(50);
  await scene.pkgin(["-y", "install", "d"]);
  // The time of no directory tells of this, so that it shows who is read.
  chmodSync(record("a-1", "+COMMENT"), 0o644);
  writeFileSync(record("a-1", "+COMMENT"), "not seen\n");
  replace(record("b-1", "+COMMENT"), "another comment\n");
  appendFileSync(record("c-1", "+CONTENTS"), "@pkgdep b>=1\n");
  writeFileSync(record("c-1", "+INSTALLED_INFO"), "automatic=yes\n");
  rmSync(record("d-1"), { recursive: true });
  cpSync(record("a-1"), record("e-1"), { recursive: true });
  expect(await list()).toBe(
    "a-1;Sample package a\nb-1;another comment\nc-1;Sample package c\ne-1;not seen\n",
  );
  expect((await scene.pkgin(["show-rev-deps", "b"])).stdout).toContain("\tc-1\n");
  expect((await scene.pkgin(["show-no-keep"])).stdout).toContain("c-1 ");
  expect(await list("-f")).toContain("a-1;not seen\n");
});
