import { expect, test } from "vitest";
import { noTerminal } from "./run-on-terminal.ts";
import { setScene } from "./scene.ts";

const LIBGREET = { pkgname: "libgreet-1.0" };
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] };
const WEBBY = { pkgname: "webby-0.3nb2", depends: ["hello-[0-9]*"] };

test("who says no to a removal is told nothing more, and everything stays", async () => {
  const scene = await setScene([LIBGREET, HELLO, WEBBY]);
  await scene.pkgin(["-y", "install", "webby"]);
  const list = "  webby-0.3nb2 hello-1.0 libgreet-1.0\n";
  const run = await scene.pkgin(["remove", "libgreet"], { input: "n\n" });
  expect(run).toEqual({
    status: 0,
    stdout: `3 packages to delete: \n${list}\nproceed ? [Y/n] `,
    stderr: "",
  });
  expect(await scene.pkgin(["remove", "libgreet", "nosuch"], { input: "" })).toMatchObject({ status: 1 });
  expect(await scene.pkgin(["remove", "--dry-run", "libgreet"])).toMatchObject({
    status: 0,
    stdout: `3 packages to delete: \n${list}\n`,
  });
  expect((await scene.pkgin(["-p", "list"])).stdout.split("\n")).toHaveLength(4);
  expect((await scene.pkgin(["show-rev-deps", "libgreet"])).stdout).toBe(
    "local reverse dependency tree for libgreet-1.0\n\twebby-0.3nb2\n\thello-1.0\n",
  );
  expect(await scene.pkgin(["remove", "webby"], { input: "\n" })).toEqual({
    status: 0,
    stderr: "",
    stdout:
      "1 packages to delete: \n  webby-0.3nb2\n\nproceed ? [Y/n] [1/1] removing webby-0.3nb2...\n" +
      "pkg_install warnings: 0, errors: 0\nreading local summary...\nprocessing local summary...\n",
  });
});

test("autoremove lists what it removes by name, and asks as well", async () => {
  const scene = await setScene([LIBGREET, HELLO, { pkgname: "zlib-1.0" }, { pkgname: "lua-5" }]);
  await scene.pkgin(["-y", "install", "hello", "zlib", "lua"]);
  await scene.pkgin(["unkeep", "hello", "zlib"]);
  expect(await scene.pkgin(["-n", "autoremove"])).toEqual({
    status: 0,
    stdout: "3 packages to be autoremoved:\nhello-1.0\nlibgreet-1.0\nzlib-1.0\n",
    stderr: "",
  });
  expect(await scene.pkgin(["autoremove"], { input: "y\n" })).toEqual({
    status: 0,
    stderr: "",
    stdout:
      "3 packages to be autoremoved:\n  hello-1.0 libgreet-1.0 zlib-1.0\n\nproceed ? [Y/n] " +
      "[1/3] removing hello-1.0...\n[2/3] removing libgreet-1.0...\n[3/3] removing zlib-1.0...\n" +
      "pkg_install warnings: 0, errors: 0\nreading local summary...\nprocessing local summary...\n",
  });
});

test("disk space that an upgrade gives back is told as such", async () => {
  const scene = await setScene([{ ...LIBGREET, files: { "lib/greet": "x".repeat(500_000) } }]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  await scene.publish([{ pkgname: "libgreet-1.1", files: { "lib/greet": "x" } }]);
  const { stdout } = await scene.pkgin(["-fn", "upgrade"]);
  expect(stdout).toMatch(
    /\n0 to remove, 0 to refresh, 1 to upgrade, 0 to install\n\d+B to download, 488K of disk space will be freed up\n$/,
  );
});

test("a version that is named is installed, also when it is older", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "libgreet-1.1" }, { pkgname: "libgreet-1.1nb1" }]);
  await scene.pkgin(["update"]);
  expect((await scene.pkgin(["-n", "install", "libgreet"])).stdout).toContain("\nlibgreet-1.1nb1\n");
  expect((await scene.pkgin(["-y", "install", "libgreet-1.1"])).stdout).toContain(
    "installing libgreet-1.1...",
  );
  const { stdout } = await scene.pkgin(["-y", "install", "libgreet-1.0"]);
  expect(stdout).toContain("1 package to upgrade:\n  libgreet-1.0\n");
  expect(stdout).toContain("[1/1] upgrading libgreet-1.0...\n");
  expect((await scene.pkgin(["-p", "list"])).stdout).toMatch(/^libgreet-1\.0;/);
  expect((await scene.pkgin(["-n", "install", "libgreet<1.1nb1"])).stdout).toContain("\nlibgreet-1.1\n");
});

test.skipIf(noTerminal !== undefined)("on a terminal a removal is the same", async () => {
  const scene = await setScene([LIBGREET]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  const { stdout } = await scene.onTerminal(["remove", "libgreet"], {
    inputWhen: async (output) => {
      await output(/proceed \? \[Y\/n\] $/);
      return "y\n";
    },
  });
  expect(stdout).toBe(
    "1 packages to delete: \n  libgreet-1.0\n\nproceed ? [Y/n] [1/1] removing libgreet-1.0...\n" +
      "pkg_install warnings: 0, errors: 0\nreading local summary...\nprocessing local summary...\n",
  );
});
