import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { removeTree } from "./remove-tree.ts";

function newDirectory(): string {
  const root = mkdtempSync(join(tmpdir(), "pkg-install-tree-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test("a directory goes with all that is in it, whatever its name, and nothing that a link leads to", () => {
  const root = newDirectory();
  const tree = join(root, "tree");
  const odd = Buffer.from(`${tree}/odd \xfc`, "latin1");
  mkdirSync(join(tree, "a/deep/one"), { recursive: true });
  if (process.platform !== "darwin") {
    mkdirSync(odd);
    writeFileSync(Buffer.concat([odd, Buffer.from([0x2f, 0xff])]), "");
  }
  mkdirSync(join(root, "kept"));
  writeFileSync(join(root, "kept/file"), "");
  symlinkSync(join(root, "kept"), join(tree, "a/link"));
  symlinkSync("nowhere", join(tree, "a/dangling"));
  // More than are read at a time.
  for (let count = 0; count < 1000; count++) writeFileSync(join(tree, `a/${count}`), "");
  removeTree(tree);
  expect([existsSync(tree), existsSync(join(root, "kept/file"))]).toEqual([false, true]);
});

test("where there is none nothing is removed, and that is well", () => {
  const root = newDirectory();
  writeFileSync(join(root, "file"), "");
  for (const name of ["none", "none/at/all", "file/below"]) removeTree(join(root, name));
  expect(existsSync(join(root, "file"))).toBe(true);
});
