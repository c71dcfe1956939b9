import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { installedStamp } from "./installed-stamp.ts";

const LATER = 3_600_000;

function package_(): { readonly name: string; readonly directory: string } {
  const pkgdb = mkdtempSync(join(tmpdir(), "pkgin-"));
  onTestFinished(() => rmSync(pkgdb, { recursive: true }));
  const directory = join(pkgdb, "hello-1.0");
  mkdirSync(directory);
  for (const file of ["+CONTENTS", "+COMMENT", "+BUILD_INFO"]) writeFileSync(join(directory, file), "x\n");
  return { name: "hello-1.0", directory };
}

const later = () => Date.now() + LATER;

/** Lets the clock of the file system go on, which some files of later must show. */
async function tick(directory: string): Promise<void> {
  const probe = `${directory}.probe`;
  const time = () => {
    writeFileSync(probe, "");
    return statSync(probe).ctimeMs;
  };
  for (const start = time(); time() === start;) await delay(1);
}

test.each<[string, (directory: string) => void]>([
  ["a file is replaced", (path) => replace(join(path, "+BUILD_INFO"))],
  ["a file is added", (path) => writeFileSync(join(path, "+DISPLAY"), "hello\n")],
  ["a file is removed", (path) => rmSync(join(path, "+COMMENT"))],
  ["the packing list is edited in place", (path) => appendFileSync(join(path, "+CONTENTS"), "@pkgdep a-1\n")],
  ["all is written anew", rewrite],
])("where %s the stamp is another", async (_, change) => {
  const entry = package_();
  const before = installedStamp(entry, later());
  expect(before).toMatch(/^hello-1\.0 /);
  await tick(entry.directory);
  expect(installedStamp(entry, later())).toBe(before);
  change(entry.directory);
  expect(installedStamp(entry, later())).toMatch(/^hello-1\.0 /);
  expect(installedStamp(entry, later())).not.toBe(before);
});

test("what has just been changed, or is not whole, has no stamp", () => {
  const entry = package_();
  expect(installedStamp(entry, statSync(entry.directory).ctimeMs)).toBeUndefined();
  rmSync(join(entry.directory, "+CONTENTS"));
  expect(installedStamp(entry, later())).toBeUndefined();
});

function replace(path: string): void {
  writeFileSync(`${path}.new`, "y\n");
  renameSync(`${path}.new`, path);
}

function rewrite(path: string): void {
  cpSync(path, `${path}.new`, { recursive: true, preserveTimestamps: true });
  rmSync(path, { recursive: true });
  renameSync(`${path}.new`, path);
}
