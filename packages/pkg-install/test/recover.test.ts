import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { machineTool } from "test-support";
import { expect, onTestFinished, test } from "vitest";
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

test("what cannot be removed after the end stays, is told of, and goes later (skipped without leave to mount)", async ({
  skip,
}) => {
  const scene = new Scene();
  await scene.install(hello);
  // Only a mounted file system keeps root from removing a directory.
  const install = `#!/bin/sh
[ $2 = POST-INSTALL ] || exit 0
cd $PKG_DESTDIR$PKG_PREFIX/.pkg-install.* && mkdir stuck && touch stuck/file || exit 1
if [ $(id -u) = 0 ]; then mount -t tmpfs stuck stuck; else chmod 0 stuck; fi
`;
  const outcome = await scene.replace("hello-1.0", { ...hello, pkgname: "hello-2.0", install }).catch(String);
  if (/POST-INSTALL/.test(String(outcome))) return skip("no file system may be mounted");
  const staging = readdirSync(scene.prefix).find((name) => name.startsWith(".pkg-install.")) ?? "none";
  const stuck = join(scene.prefix, staging, "stuck");
  const release = (): unknown =>
    process.getuid?.() === 0 ? spawnSync(machineTool("umount") ?? "", [stuck]) : chmodSync(stuck, 0o755);
  onTestFinished(() => void (existsSync(stuck) && release()));
  expect(outcome).toMatchObject({ pkgname: "hello-2.0", changed: true });
  expect(scene.warnings).toEqual([
    expect.stringMatching(
      /^what was replaced could not be removed, which the next change tries again: \S+stuck: \w/,
    ),
  ]);
  await expect(recover(scene.pkgdb)).rejects.toMatchObject({
    code: "ERR_INSTALL_WRITE",
    message: expect.stringMatching(
      /^what the replacement of hello-2\.0 has left cannot be removed: \S+stuck: .*; mend that and try again$/,
    ),
  });
  release();
  expect(await recover(scene.pkgdb)).toMatchObject({ pkgname: "hello-2.0", outcome: "completed" });
  expect(readdirSync(scene.root).toSorted()).toEqual(["opt", "pkgdb"]);
  expect(scene.files()).toEqual(["bin/hello"]);
});

test("a script that removes the journal does not keep the rest from being put back", async () => {
  const scene = new Scene();
  await scene.install(hello);
  const before = scene.tree();
  const install = "#!/bin/sh\nrm -f $PKG_DESTDIR/pkgdb.journal\n[ $2 = PRE-INSTALL ]\n";
  const replacing = scene.replace("hello-1.0", { ...hello, pkgname: "hello-2.0", install });
  await expect(replacing).rejects.toMatchObject({ code: "ERR_INSTALL_SCRIPT", stage: "POST-INSTALL" });
  expect(scene.tree()).toEqual(before);
});
