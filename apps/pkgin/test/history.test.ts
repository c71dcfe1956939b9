import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { setScene } from "./scene.ts";
import { standInTools } from "./stand-in-tools.ts";

const LIBGREET = { pkgname: "libgreet-1.0" };
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] };

test("what was changed is listed, and can be taken back and brought again", async () => {
  const scene = await setScene([LIBGREET, HELLO]);
  const list = async () => (await scene.pkgin(["-p", "list"])).stdout;
  expect(await scene.pkgin(["history"])).toEqual({
    status: 0,
    stdout: "",
    stderr: "Nothing has been changed yet.\n",
  });
  await scene.pkgin(["-y", "install", "hello"]);
  await scene.publish([LIBGREET, { ...HELLO, pkgname: "hello-1.1" }]);
  await scene.pkgin(["-fy", "upgrade"]);
  expect((await scene.pkgin(["history"])).stdout).toMatch(
    /^ {3}1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}done {9}install hello \(2 of 2 done\)\n {3}2 {2}.* upgrade \(1 of 1 done\)\n$/,
  );
  expect((await scene.pkgin(["history", "1"])).stdout).toMatch(
    /^Transaction 1: install hello\nBegan .*\nEnded .*\nStatus {2}done\n {2}install {2}libgreet-1\.0 \(automatic\) done\n {2}install {2}hello-1\.0 \(kept\) done\n$/,
  );

  // The repository has only hello-1.1 by now; the cache still has what was there before.
  const dry = await scene.pkgin(["undo", "--dry-run", "--json"]);
  expect(JSON.parse(dry.stdout)).toMatchObject({
    remove: [],
    install: [{ fullName: "hello-1.0", replaces: "hello-1.1", keep: true }],
  });
  // The strictest policies do not take it, as nobody tells its digest any more; it is not lost for that.
  expect((await scene.pkgin(["-y", "--verify", "digest", "undo"])).stderr).toBe(
    "pkgin: hello-1.0 comes from a file, for which nobody tells a digest, but the setting verify asks for one\n",
  );
  const undone = await scene.pkgin(["-y", "undo"]);
  expect(undone).toMatchObject({ status: 0, stderr: "" });
  expect(undone.stdout).toMatch(/^undoing 2: upgrade\n\n1 package to upgrade:\n {2}hello-1\.0\n/);
  expect(await list()).toMatch(/^hello-1\.0;/);
  expect((await scene.pkgin(["-y", "undo"])).stdout).toMatch(/^undoing 3: undo\n/);
  expect(await list()).toMatch(/^hello-1\.1;/);

  // What has gone on since stays.
  const first = await scene.pkgin(["-y", "undo", "1"]);
  expect(first.status).toBe(1);
  expect(first.stderr).toBe(
    "pkgin: hello-1.1 is installed now, where that transaction had left hello-1.0\n" +
      "pkgin: libgreet-1.0 stays, since hello-1.1 needs it\n",
  );
  await scene.pkgin(["-y", "remove", "libgreet"]);
  expect(await list()).toBe("");
  await scene.pkgin(["-y", "undo"]);
  expect(await list()).toMatch(/^hello-1\.1;.*\nlibgreet-1\.0;/);
  expect((await scene.pkgin(["show-keep"])).stdout).toMatch(/^hello-1\.1 .*\n$/);
  expect((await scene.pkgin(["undo", "99"])).stderr).toBe(
    "pkgin: there is no transaction 99; pkgin history shows those that there are\n",
  );
});

test("what cannot be had any more, or was another build, is told", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "other-1.0" }]);
  await scene.pkgin(["-y", "install", "libgreet", "other"]);
  await scene.publish([
    { ...LIBGREET, buildInfo: { BUILD_DATE: "2026-06-01 00:00:00 +0000" } },
    { pkgname: "other-1.1" },
  ]);
  await scene.pkgin(["-fy", "upgrade"]);
  await scene.pkgin(["clean"]);
  const { status, stdout, stderr } = await scene.pkgin(["-y", "undo"]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "undoing 2: upgrade\n" });
  expect(stderr.split("\n").toSorted()).toEqual([
    "",
    "pkgin: libgreet-1.0 was another build of the same version before, which is kept nowhere any more",
    "pkgin: other-1.0 is neither in a repository nor in the cache any more",
  ]);
  writeFileSync(join(scene.prefix, "var/db/pkgin/history"), "");
  expect((await scene.pkgin(["undo"])).stderr).toBe(
    "pkgin: nothing has been changed yet, so there is nothing to undo\n",
  );
});

test("a history that cannot be read is named", async () => {
  const scene = await setScene();
  await scene.pkgin(["update"]);
  const file = join(scene.prefix, "var/db/pkgin/history");
  writeFileSync(file, "garbage\n");
  expect(await scene.pkgin(["history"])).toEqual({
    status: 1,
    stdout: "",
    stderr: `pkgin: ${file} is no history of transactions that could be read; move it away\n`,
  });
});

test.each(["native", "tools"])(
  "%s: with nothing in the cache the last upgrade can be taken back, another build as well, until clean",
  async (backend) => {
    const scene = await setScene([LIBGREET, HELLO, { pkgname: "other-1.0" }]);
    const { environment } = standInTools();
    const pkgin = (...args: string[]) => scene.pkgin(["--backend", backend, ...args], { env: environment });
    const home = join(scene.prefix, "var/db/pkgin");
    const greeting = () => readFileSync(join(scene.prefix, "share/libgreet-1.0"), "utf8");
    await pkgin("-y", "install", "hello", "other");
    await pkgin("clean");
    await scene.publish([
      {
        ...LIBGREET,
        buildInfo: { BUILD_DATE: "2026-06-01 00:00:00 +0000" },
        files: { "share/libgreet-1.0": "another build\n" },
      },
      { ...HELLO, pkgname: "hello-1.1" },
      { pkgname: "other-1.0" },
    ]);
    expect((await pkgin("-fy", "upgrade")).status).toBe(0);
    expect(greeting()).toBe("another build\n");
    rmSync(join(home, "cache/libgreet-1.0.tgz"));
    // What only looks, and what fails, leaves it.
    expect((await pkgin("-n", "undo")).stdout).toMatch(
      /1 package to refresh:\nlibgreet-1\.0\n\n1 package to upgrade/,
    );
    expect(await pkgin("-y", "undo")).toMatchObject({ status: 0, stderr: "" });
    expect(greeting()).toBe("libgreet-1.0\n");
    expect((await pkgin("-p", "list")).stdout).toMatch(/^hello-1\.0;.*\nlibgreet-1\.0;.*\nother-1\.0;/);
    // Of the undoing the newer ones are saved now, and of what was before nothing is any more.
    expect(readdirSync(join(home, "keepsakes"))).toEqual(["3"]);
    expect((await pkgin("doctor")).status).toBe(0);
    // What the user wants to be gone takes no room.
    await pkgin("-y", "remove", "other");
    expect(existsSync(join(home, "keepsakes"))).toBe(false);
    await pkgin("-y", "upgrade");
    expect(readdirSync(join(home, "keepsakes/5")).toSorted()).toEqual(["hello-1.0.tgz", "libgreet-1.0.tgz"]);
    await pkgin("clean");
    expect(existsSync(join(home, "keepsakes"))).toBe(false);
    expect((await pkgin("-y", "undo")).status).toBe(1);
  },
);

test("a removal that was done, but not noted before pkgin was killed, is noted by the next one, and told of before", async () => {
  const scene = await setScene([LIBGREET]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  await scene.pkgin(["-y", "remove", "libgreet"]);
  const file = join(scene.prefix, "var/db/pkgin/history");
  const isLate = (line: string) => /"id":2,.*(?:"done"|"ended")/.test(line);
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.filter((line) => !isLate(line)).join("\n"));
  expect((await scene.pkgin(["-n", "install", "libgreet"])).stderr).toMatch(
    /^pkgin: remove libgreet of .* was cut off; it is settled before anything else is changed\n$/,
  );
  await scene.pkgin(["clean"]);
  expect((await scene.pkgin(["history", "2"])).stdout).toMatch(/ remove +libgreet-1\.0 \(kept\) done\n$/);
});
