import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, type PkgInstallError } from "../src/index.ts";
import type { TestPackage } from "./make-package.ts";
import { Scene } from "./scene.ts";
import { mountSmall } from "./small-file-system.ts";

const PAGE = 4096;
const SIZE = 100 * PAGE;

const one = app("1.0", 10);
const two = app("2.0", 20);

test("wherever the disk is full, all is as before (skipped without leave to mount)", async ({ skip }) => {
  const scene = new Scene();
  if (!mountSmall(scene.root, SIZE)) return skip("no file system may be mounted");
  await scene.install(one);
  const before = scene.tree();
  const ballast = join(scene.root, "ballast");
  let pages = SIZE / PAGE;
  for (let isDone = false; !isDone; pages--) {
    fill(ballast, pages);
    const failure: unknown = await scene.replace("app-1.0", two).then(
      () => undefined,
      (error: unknown) => error,
    );
    rmSync(ballast);
    isDone = failure === undefined;
    expect([undefined, "ERR_INSTALL_WRITE"]).toContain((failure as PkgInstallError | undefined)?.code);
    expect(isDone ? before : scene.tree()).toEqual(before);
    expect(await check(scene.pkgdb, { destdir: scene.root })).toMatchObject({ problems: 0 });
  }
  // It has failed early and late.
  expect(pages).toBeLessThan(SIZE / PAGE - 30);
  expect(scene.read("share/app/0")).toBe("2.0 ".repeat(700));
});

/** Files of a page each, and a script that needs no room. */
function app(version: string, count: number): TestPackage {
  const files = Array.from({ length: count }, (_, index): [string, string] => [
    `share/app/${index}`,
    `${version} `.repeat(700),
  ]);
  return { pkgname: `app-${version}`, files: Object.fromEntries(files), install: "#!/bin/sh\n" };
}

/** Writes so many pages, or as many as there is room for. */
function fill(path: string, pages: number): void {
  for (let size = pages * PAGE; size > 0; size -= PAGE) {
    try {
      return writeFileSync(path, Buffer.alloc(size));
    } catch {
      rmSync(path);
    }
  }
}
