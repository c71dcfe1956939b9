import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { recover } from "../src/index.ts";
import { makePackage } from "./make-package.ts";
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

test("what a process has left that was killed while it took a lock over is removed", async () => {
  const scene = new Scene();
  mkdirSync(scene.pkgdb);
  symlinkSync("999999998:1:boot", `${scene.pkgdb}.lock.999999999:1:boot`);
  await scene.install(hello);
  expect(readdirSync(scene.root).filter((name) => name.includes("lock"))).toEqual([]);
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

const HEAD = '{"version":1,"action":"remove","pkgname":"a-1","destdir":"","refcountDb":"/r"}\n';

test.each([
  ["nonsense\n", /pkgdb\.journal is damaged: .*; what was replaced is in directories named/],
  ["null\n", /pkgdb\.journal is damaged: null is no step/],
  [`${HEAD}7\n`, /pkgdb\.journal is damaged: 7 is no step/],
  [`${HEAD}{"did":"mowe","from":"/a","to":"/b"}\n`, /a step \{"did":"mowe"/],
  [`${HEAD}{"did":"move","from":"/a"}\n`, /a step \{"did":"move"/],
  [`${HEAD}{"did":"toString"}\n`, /a step \{"did":"toString"/],
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

/** Says that it goes on, when nobody is there to tell any more. */
const killed = {
  ...hello,
  pkgname: "hello-2.0",
  install: "#!/bin/sh\n[ $2 != POST-INSTALL ] || kill -9 $PPID\n",
};

test("what was kept and is not there is told of, and put back when it is there again", async () => {
  const scene = new Scene();
  await scene.install(hello);
  const before = scene.tree();
  await killedInReplacing(scene);
  renameSync(scene.prefix, `${scene.root}/elsewhere`);
  await expect(recover(scene.pkgdb)).rejects.toMatchObject({
    code: "ERR_INSTALL_NOT_UNDONE",
    message: expect.stringMatching(/\.pkg-install\.\w+ is not there, .*or remove \S+pkgdb\.journal to leave/),
  });
  expect(existsSync(`${scene.pkgdb}.journal`)).toBe(true);
  renameSync(`${scene.root}/elsewhere`, scene.prefix);
  expect(await recover(scene.pkgdb)).toMatchObject({ outcome: "rolled-back" });
  expect(scene.tree()).toEqual(before);
});

test("what a killed recovery has left is removed by the next one", async () => {
  const scene = new Scene();
  await scene.install(hello);
  const before = scene.tree();
  await killedInReplacing(scene);
  const journal = readFileSync(`${scene.pkgdb}.journal`, "utf8");
  await recover(scene.pkgdb);
  // Everything had been taken back, and the staging directory was gone.
  writeFileSync(`${scene.pkgdb}.journal`, `${journal}{"did":"undone"}\n`);
  expect(await recover(scene.pkgdb)).toMatchObject({ outcome: "rolled-back" });
  expect(scene.tree()).toEqual(before);
});

/** Replaces the package in a process that its last script kills. */
async function killedInReplacing(scene: Scene): Promise<void> {
  const file = `${scene.root}/hello-2.0.tgz`;
  writeFileSync(file, await makePackage(killed));
  const { pkgdb, root } = scene;
  const order = { action: "replace", old: "hello-1.0", file, options: { pkgdb, destdir: root } };
  const child = fileURLToPath(new URL("crash-child.mjs", import.meta.url));
  const { signal } = spawnSync(process.execPath, [child, JSON.stringify(order)]);
  rmSync(file);
  expect(signal).toBe("SIGKILL");
}

test("a script that removes the journal does not keep the rest from being put back", async () => {
  const scene = new Scene();
  await scene.install(hello);
  const before = scene.tree();
  const install = "#!/bin/sh\nrm -f $PKG_DESTDIR/pkgdb.journal\n[ $2 = PRE-INSTALL ]\n";
  const replacing = scene.replace("hello-1.0", { ...hello, pkgname: "hello-2.0", install });
  await expect(replacing).rejects.toMatchObject({ code: "ERR_INSTALL_SCRIPT", stage: "POST-INSTALL" });
  expect(scene.tree()).toEqual(before);
});
