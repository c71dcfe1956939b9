import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { recover } from "../src/index.ts";
import { Scene } from "./scene.ts";

const hello = { pkgname: "hello-1.0", files: { "bin/hello": "hello" } };

test("where nothing was cut off there is nothing to do", async () => {
  const scene = new Scene();
  expect(await recover(scene.pkgdb)).toBeUndefined();
  await scene.install(hello);
  expect(await recover(scene.pkgdb)).toBeUndefined();
});

test.each([
  ["of a process that has ended", "999999999:1:boot"],
  ["of another process that had this one's number", `${process.pid}:1:boot`],
])("a lock %s is taken over", async (_, identity) => {
  const scene = new Scene();
  mkdirSync(scene.pkgdb);
  symlinkSync(identity, `${scene.pkgdb}.lock`);
  await scene.install(hello);
  expect(scene.files()).toEqual(["bin/hello"]);
  expect(existsSync(`${scene.pkgdb}.lock`)).toBe(false);
});

test("the lock is the same by whatever name the PKG_DBDIR is called", async () => {
  const scene = new Scene();
  mkdirSync(scene.pkgdb);
  symlinkSync(scene.pkgdb, `${scene.root}/alias`);
  const script = "#!/bin/sh\n[ -L $PKG_DESTDIR/pkgdb.lock ] && [ -f $PKG_DESTDIR/pkgdb.journal ]\n";
  await scene.install({ ...hello, install: script }, { pkgdb: `${scene.root}/alias` });
  expect(scene.files()).toEqual(["bin/hello"]);
});

test("a journal that was cut off before anything was done is dropped", async () => {
  const scene = new Scene();
  mkdirSync(scene.pkgdb);
  writeFileSync(`${scene.pkgdb}.journal`, '{"version":1,"action":"ins');
  await scene.install(hello);
  expect(scene.warnings).toEqual([]);
  expect(existsSync(`${scene.pkgdb}.journal`)).toBe(false);
});

test.each([
  ["nonsense\n", /pkgdb\.journal is damaged: /],
  ['{"version":2}\n', /pkgdb\.journal is a journal of version 2; expected 1$/],
])("a journal that cannot be understood is an error, and stays: %j", async (text, message) => {
  const scene = new Scene();
  mkdirSync(scene.pkgdb);
  writeFileSync(`${scene.pkgdb}.journal`, text);
  await expect(recover(scene.pkgdb)).rejects.toMatchObject({
    code: "ERR_PKGDB_DAMAGED",
    message: expect.stringMatching(message),
  });
  await expect(scene.install(hello)).rejects.toMatchObject({ code: "ERR_PKGDB_DAMAGED" });
  expect(readFileSync(`${scene.pkgdb}.journal`, "utf8")).toBe(text);
  expect(existsSync(`${scene.pkgdb}.lock`)).toBe(false);
});
