import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machineTool } from "test-support";
import { expect, test } from "vitest";
import { runCommand } from "./run-pkgin.ts";
import { setScene } from "./scene.ts";

const LIBGREET = { pkgname: "libgreet-1.0", files: { "lib/greet": "x" } };
/** Another program that reads the database. */
const sqlite = machineTool("sqlite3");

test("what is missing is told after the refresh, which a first run may print", async () => {
  const scene = await setScene([LIBGREET]);
  expect(await scene.pkgin(["show-deps"])).toEqual({
    status: 1,
    stdout: `processing remote summary (${scene.server.url})...\ndownloading pkg_summary.gz done.\n`,
    stderr: "pkgin: missing package name\n",
  });
});

test("verbs that take one argument ignore more, and options end at the verb", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "lua-5" }]);
  await scene.pkgin(["-y", "install", "libgreet", "lua"]);
  const same = async (longer: string, shorter: string) =>
    expect(await scene.pkgin(longer.split(" "))).toEqual(await scene.pkgin(shorter.split(" ")));
  await same("list lua", "list");
  await same("list -p", "list");
  await same("avail x y", "avail");
  await same("search lua greet", "search lua");
  await same("show-category misc devel", "show-category misc");
  await same("show-deps lua libgreet", "show-deps lua");
  await same("show-pkg-category lua libgreet", "show-pkg-category lua");
  await same("provides lua libgreet", "provides lua");
  await same("stats x", "stats");
  await same("-F list", "list");
  expect((await scene.pkgin(["search", "-y"])).stdout).toBe("No results found for -y\n");
});

test("of the last of -y and -n on the line comes the answer", async () => {
  const scene = await setScene([LIBGREET]);
  await scene.pkgin(["update"]);
  expect((await scene.pkgin(["-yn", "install", "libgreet"])).stdout).toContain("install:\nlibgreet-1.0\n");
  expect((await scene.pkgin(["-ny", "install", "libgreet"])).stdout).toContain("[1/1] installing");
});

test("off a terminal standard output is written when 4096 bytes have come together", async () => {
  const scene = await setScene([{ pkgname: "pkg_install-20260101" }]);
  await scene.pkgin(["-y", "install", "pkg_install"]);
  const absent = Array.from({ length: 200 }, (_, index) => `absent${index}`);
  const told = absent.map((name) => `no such installed package ${name}\n`).join("");
  const critical = "pkg_install is a critical package and cannot be deleted\n";
  const { stdout } = await scene.pkgin(["remove", "pkg_install", ...absent], { merged: true });
  expect(told.length).toBeGreaterThan(4096);
  expect(stdout).toBe(`${told.slice(0, 4096)}${critical}${told.slice(4096)}no packages to delete\n`);
});

test("pkgin's directories are made at every run, and its log only by what changes packages", async () => {
  const scene = await setScene([LIBGREET]);
  const home = join(scene.prefix, "var/db/pkgin");
  await scene.pkgin(["update"]);
  rmSync(join(home, "cache"), { recursive: true });
  expect((await scene.pkgin(["list"])).status).toBe(0);
  expect(readdirSync(join(home, "cache"))).toEqual([]);
  await scene.pkgin(["-n", "install", "libgreet"]);
  await scene.pkgin(["-dy", "install", "libgreet"]);
  const log = join(home, "pkg_install-err.log");
  expect(existsSync(log)).toBe(false);
  await scene.pkgin(["-y", "install", "libgreet"]);
  expect(existsSync(log)).toBe(true);
});

test("clean leaves what begins with a dot, and names what it may not remove", async () => {
  const scene = await setScene([LIBGREET]);
  const cache = join(scene.prefix, "var/db/pkgin/cache");
  await scene.pkgin(["-dy", "install", "libgreet"]);
  writeFileSync(join(cache, ".hidden"), "");
  expect(await scene.pkgin(["clean"])).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(readdirSync(cache)).toEqual([".hidden"]);
  mkdirSync(join(cache, "directory"));
  expect((await scene.pkgin(["clean"])).stderr).toMatch(
    /^pkgin: cannot remove \/.*\/cache\/directory: (?:Is a directory|Operation not permitted)\n$/,
  );
});

test("of a repository on this system the cache has links", async () => {
  const scene = await setScene([LIBGREET]);
  const env = { PKG_REPOS: `file://${scene.directory}` };
  await scene.pkgin(["-dy", "install", "libgreet"], { env });
  expect(readlinkSync(join(scene.prefix, "var/db/pkgin/cache/libgreet-1.0.tgz"))).toBe(
    join(scene.directory, "libgreet-1.0.tgz"),
  );
});

test.skipIf(sqlite === undefined)("other programs read the database (needs sqlite3)", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] }]);
  await scene.pkgin(["-y", "install", "hello"]);
  const ask = async (sql: string) => {
    const database = join(scene.prefix, "var/db/pkgin/pkgin.db");
    const { stderr, stdout } = await runCommand([sqlite ?? "", "-readonly", database, sql]);
    expect(stderr).toBe("");
    return stdout;
  };
  expect(await ask("SELECT FULLPKGNAME, PKG_KEEP FROM LOCAL_PKG ORDER BY 1")).toBe(
    "hello-1.0|1\nlibgreet-1.0|\n",
  );
  expect(
    await ask("select d.pattern, d.pkgbase from remote_depends d join remote_pkg p using (pkg_id)"),
  ).toBe("libgreet>=1.0|libgreet\n");
  expect(await ask("SELECT pkgname, required_by FROM local_required_by")).toBe("libgreet-1.0|hello-1.0\n");
  expect(await ask("SELECT REPO_URL, REPO_MTIME > 0 FROM REPOS")).toBe(`${scene.server.url}|1\n`);
  expect(await ask("SELECT typeof(SIZE_PKG), typeof(FILE_SIZE), REPOSITORY FROM REMOTE_PKG LIMIT 1")).toBe(
    `text|text|${scene.server.url}\n`,
  );
  expect(await ask("SELECT count(*) FROM PKGDB WHERE PKGDB_MTIME > 0")).toBe("1\n");
});
