import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dropDigests, editSummary } from "./edit-summary.ts";
import { installedNames } from "./installed-names.ts";
import { type Scene, setScene } from "./scene.ts";
import { withoutSizes } from "./without-sizes.ts";

const PROGRAM = { content: "#!/bin/sh\ncat ${0%/bin/*}/share/greeting\n", mode: 0o755 };
const LIBRARY = { pkgname: "libgreet-1.0", files: { "share/greeting": "Hello\n" } };
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"], files: { "bin/hello": PROGRAM } };
const WEBBY = { pkgname: "webby-0.3nb2", depends: ["hello-[0-9]*"] };

/** Changes a package file without changing the summary. */
function damage(scene: Scene, name: string, change: (bytes: Buffer) => Buffer): void {
  const path = join(scene.directory, name);
  writeFileSync(path, change(readFileSync(path)));
}

function flip(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 0x10;
  return copy;
}

test("a package is installed after what it needs, and its program runs", async () => {
  const scene = await setScene([LIBRARY, HELLO, WEBBY]);
  await scene.pkgin(["update"]);
  const run = await scene.pkgin(["-y", "install", "webby"]);
  expect({ ...run, stdout: withoutSizes(run.stdout) }).toEqual({
    status: 0,
    stderr: "",
    stdout: `calculating dependencies...done.

3 packages to install:
  hello-1.0 libgreet-1.0 webby-0.3nb2

0 to remove, 0 to refresh, 0 to upgrade, 3 to install
SIZE to download, SIZE of additional disk space will be used

[1/3] downloading hello-1.0.tgz done.
[2/3] downloading libgreet-1.0.tgz done.
[3/3] downloading webby-0.3nb2.tgz done.
[1/3] installing libgreet-1.0...
[2/3] installing hello-1.0...
[3/3] installing webby-0.3nb2...
pkg_install warnings: 0, errors: 0
reading local summary...
processing local summary...
`,
  });
  expect(execFileSync(join(scene.prefix, "bin/hello"), { encoding: "utf8" })).toBe("Hello\n");
  expect((await scene.pkgin(["-p", "list"])).stdout).toBe(
    "hello-1.0;Sample package hello\nlibgreet-1.0;Sample package libgreet\nwebby-0.3nb2;Sample package webby\n",
  );
  expect((await scene.pkgin(["show-keep"])).stdout).toBe("webby-0.3nb2         Sample package webby\n");
  expect((await scene.pkgin(["-y", "install", "webby"])).stdout).toBe(
    "calculating dependencies...done.\nnothing to do.\n",
  );
});

test("-n shows the plan, one name a line, and does nothing", async () => {
  const scene = await setScene([LIBRARY, HELLO]);
  await scene.pkgin(["update"]);
  const { status, stdout } = await scene.pkgin(["-n", "install", "hello"]);
  expect(status).toBe(0);
  expect(withoutSizes(stdout)).toBe(
    "calculating dependencies...done.\n\n2 packages to install:\nhello-1.0\nlibgreet-1.0\n\n" +
      "0 to remove, 0 to refresh, 0 to upgrade, 2 to install\n" +
      "SIZE to download, SIZE of additional disk space will be used\n",
  );
  expect(installedNames(scene)).toEqual([]);
});

test("at the prompt anything but yes does nothing", async () => {
  const scene = await setScene([LIBRARY]);
  await scene.pkgin(["update"]);
  for (const input of ["n\n", "", "maybe\n"]) {
    const { status, stdout } = await scene.pkgin(["install", "libgreet"], { input });
    expect(status).toBe(0);
    expect(stdout).toMatch(/\n\nproceed \? \[Y\/n\] $/);
  }
  expect(installedNames(scene)).toEqual([]);
  await scene.pkgin(["install", "libgreet"], { input: "\n" });
  expect(installedNames(scene)).toEqual(["libgreet-1.0"]);
});

test("an upgrade takes the newer version and what was kept stays kept", async () => {
  const scene = await setScene([LIBRARY, HELLO]);
  await scene.pkgin(["-y", "install", "hello"]);
  await scene.publish([
    { pkgname: "libgreet-1.1", files: { "share/greeting": "Hello again\n" } },
    { ...HELLO, buildInfo: { BUILD_DATE: "2026-06-01 00:00:00 +0000" } },
  ]);
  await scene.pkgin(["-f", "update"]);
  expect((await scene.pkgin(["-l", "<", "list"])).stdout).toBe(
    "libgreet-1.1 <       Sample package libgreet\n",
  );
  const { status, stdout } = await scene.pkgin(["-y", "upgrade"]);
  expect(status).toBe(0);
  expect(stdout).toContain("1 package to refresh:\n  hello-1.0\n\n1 package to upgrade:\n  libgreet-1.1\n\n");
  expect(stdout).toContain("[1/2] upgrading libgreet-1.1...\n[2/2] refreshing hello-1.0...\n");
  expect(execFileSync(join(scene.prefix, "bin/hello"), { encoding: "utf8" })).toBe("Hello again\n");
  expect(installedNames(scene)).toEqual(["hello-1.0", "libgreet-1.1"]);
  expect((await scene.pkgin(["show-no-keep"])).stdout).toBe("libgreet-1.1         Sample package libgreet\n");
  expect((await scene.pkgin(["-y", "upgrade"])).stdout).toContain("nothing to do.\n");
});

test("a removal takes along what needs the package", async () => {
  const scene = await setScene([LIBRARY, HELLO, WEBBY]);
  await scene.pkgin(["-y", "install", "webby"]);
  expect(await scene.pkgin(["-y", "remove", "libgreet", "nosuch"])).toEqual({
    status: 1,
    stderr: "",
    stdout: `no such installed package nosuch
3 packages to delete: 
  webby-0.3nb2 hello-1.0 libgreet-1.0

[1/3] removing webby-0.3nb2...
[2/3] removing hello-1.0...
[3/3] removing libgreet-1.0...
pkg_install warnings: 0, errors: 0
reading local summary...
processing local summary...
`,
  });
  expect(installedNames(scene)).toEqual([]);
  expect(existsSync(join(scene.prefix, "bin"))).toBe(false);
  expect(await scene.pkgin(["-y", "remove", "hello"])).toEqual({
    status: 1,
    stdout: "",
    stderr: "pkgin: empty local package list.\n",
  });
});

test("what nothing kept needs any more can be removed", async () => {
  const scene = await setScene([LIBRARY, HELLO, { pkgname: "other-1.0" }]);
  await scene.pkgin(["-y", "install", "hello", "other"]);
  expect((await scene.pkgin(["-y", "autoremove"])).stdout).toBe("no orphan dependencies found.\n");
  expect((await scene.pkgin(["unkeep", "hello"])).stdout).toBe("marking hello-1.0 as auto-removable\n");
  expect(await scene.pkgin(["unkeep", "hello", "absent"])).toEqual({
    status: 1,
    stdout: "no such installed package absent\n",
    stderr: "",
  });
  const { stdout } = await scene.pkgin(["-y", "autoremove"]);
  expect(stdout).toContain("2 packages to be autoremoved:\n  hello-1.0 libgreet-1.0\n\n");
  expect(stdout).toContain("[1/2] removing hello-1.0...\n[2/2] removing libgreet-1.0...\n");
  expect(installedNames(scene)).toEqual(["other-1.0"]);
  expect((await scene.pkgin(["autoremove"])).stdout).toBe('all packages are marked as "keepable"\n.');
  await scene.pkgin(["unkeep", "other"]);
  expect((await scene.pkgin(["keep", "other"])).stdout).toBe("marking other-1.0 as non auto-removable\n");
});

test("an installed package that declares a conflict makes way", async () => {
  const scene = await setScene([
    { pkgname: "hello-1.0", conflicts: ["gnuhello-[0-9]*"] },
    { pkgname: "gnuhello-2.0" },
  ]);
  await scene.pkgin(["-y", "install", "hello"]);
  const { status, stdout } = await scene.pkgin(["-y", "install", "gnuhello"]);
  expect(status).toBe(0);
  expect(stdout).toContain(
    "1 package to install:\n  gnuhello-2.0\n\n1 package to remove:\n  hello-1.0\n\n1 to remove",
  );
  expect(stdout).toContain(
    "[1/1] removing hello-1.0...\npkg_install warnings: 0, errors: 0\n[1/1] installing",
  );
  expect(installedNames(scene)).toEqual(["gnuhello-2.0"]);
});

test("a file of another package is refused, with the reason, and nothing is left of the package", async () => {
  const scene = await setScene([
    LIBRARY,
    { pkgname: "thief-1.0", files: { "a/b": "", "share/greeting": "" } },
  ]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "thief"]);
  const log = join(scene.prefix, "var/db/pkgin/pkg_install-err.log");
  expect(status).toBe(1);
  expect(stdout).toContain(
    `pkg_install warnings: 0, errors: 1\npkg_install error log can be found in ${log}\n`,
  );
  expect(stderr).toBe(
    `pkgin: thief-1.0 cannot be installed: ${scene.prefix}/share/greeting belongs to libgreet-1.0\n`,
  );
  expect(readFileSync(log, "utf8")).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[1\/1\] installing libgreet-1\.0\.\.\.\n[^]*pkg_add: thief-1\.0 .*\npkg_add: 1 package addition failed\n$/,
  );
  expect(installedNames(scene)).toEqual(["libgreet-1.0"]);
  expect(existsSync(join(scene.prefix, "a"))).toBe(false);
});

test("an unknown package is named, and the others are installed", async () => {
  const scene = await setScene([LIBRARY]);
  await scene.pkgin(["update"]);
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "libgret", "libgreet"]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: "libgret is not available in the repository\n" });
  expect(stdout).toMatch(
    /^calculating dependencies\.\.\.done\.\n\n1 package to install:\n {2}libgreet-1\.0\n/,
  );
  expect(installedNames(scene)).toEqual(["libgreet-1.0"]);
});

test("a package with a flipped byte is refused by its digest, and nothing is installed", async () => {
  const scene = await setScene([LIBRARY, HELLO]);
  damage(scene, "libgreet-1.0.tgz", flip);
  await scene.pkgin(["update"]);
  const { status, stdout, stderr } = await scene.pkgin(["install", "hello"], { input: "y\nn\n" });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^download error: libgreet-1\.0 digest does not match pkg_summary: sha512 [\da-f]{128} was expected, found [\da-f]{128}\n$/,
  );
  expect(stdout).toMatch(/\[2\/2\] downloading libgreet-1\.0\.tgz done\.\nproceed \? \[y\/N\] $/);
  expect(installedNames(scene)).toEqual([]);
  expect(readdirSync(join(scene.prefix, "var/db/pkgin/cache"))).toEqual(["hello-1.0.tgz"]);
});

test("without a digest in the summary a flipped byte is found while unpacking, and nothing is left", async () => {
  const scene = await setScene([LIBRARY]);
  dropDigests(scene.directory);
  damage(scene, "libgreet-1.0.tgz", flip);
  await scene.pkgin(["update"]);
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "libgreet"]);
  expect(status).toBe(1);
  expect(stdout).toContain("pkg_install warnings: 0, errors: 1\n");
  expect(stderr).toMatch(/^pkgin: libgreet-1\.0: gzip stream: .+\n$/);
  const log = readFileSync(join(scene.prefix, "var/db/pkgin/pkg_install-err.log"), "utf8");
  expect(log).toContain("\npkg_add: libgreet-1.0: gzip stream: ");
  expect(installedNames(scene)).toEqual([]);
  expect(existsSync(join(scene.prefix, "share"))).toBe(false);
});

test("a file that holds another package than it says is refused", async () => {
  const scene = await setScene([LIBRARY, HELLO]);
  const bytes = readFileSync(join(scene.directory, "hello-1.0.tgz"));
  damage(scene, "libgreet-1.0.tgz", () => bytes);
  dropDigests(scene.directory);
  editSummary(scene.directory, (text) =>
    text.replace(/(?<=FILE_NAME=libgreet.*\nFILE_SIZE=)\d+/, String(bytes.length)),
  );
  await scene.pkgin(["update"]);
  const { status, stderr } = await scene.pkgin(["-y", "install", "libgreet"]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "pkgin: the file of libgreet-1.0 holds another package, hello-1.0\n",
  });
  expect(installedNames(scene)).toEqual([]);
});

test("downloads that fail are told one by one, and the rest is installed", async () => {
  const scene = await setScene([LIBRARY, { pkgname: "badsize-1.0" }, { pkgname: "gone-1.0" }]);
  truncateSync(join(scene.directory, "badsize-1.0.tgz"), 20);
  rmSync(join(scene.directory, "gone-1.0.tgz"));
  await scene.pkgin(["update"]);
  const run = await scene.pkgin(["-y", "install", "badsize", "gone", "libgreet"], { merged: true });
  expect(run.status).toBe(1);
  expect(run.stdout).toMatch(/^download error: badsize-1\.0 size does not match pkg_summary\n/);
  expect(run.stdout).toContain(`\ndownload error: ${scene.server.url}/gone-1.0.tgz Not Found\n`);
  expect(run.stdout.slice(run.stdout.indexOf("[1/3] downloading")))
    .toBe(`[1/3] downloading badsize-1.0.tgz done.
[3/3] downloading libgreet-1.0.tgz done.
[1/1] installing libgreet-1.0...
pkg_install warnings: 0, errors: 0
reading local summary...
processing local summary...
`);
  expect(installedNames(scene)).toEqual(["libgreet-1.0"]);
});

test("-d only downloads, what is in the cache is not fetched again, and clean empties it", async () => {
  const scene = await setScene([LIBRARY, HELLO]);
  await scene.pkgin(["update"]);
  const { stdout } = await scene.pkgin(["-dy", "install", "hello"]);
  expect(stdout).toMatch(
    /\n\n2 packages to download:\n {2}hello-1\.0 libgreet-1\.0\n\n[\d.]+[BK] to download\n\n/,
  );
  const cache = join(scene.prefix, "var/db/pkgin/cache");
  expect(readdirSync(cache)).toEqual(["hello-1.0.tgz", "libgreet-1.0.tgz"]);
  expect((await scene.pkgin(["-dy", "install", "hello"])).stdout).toContain("nothing to do.\n");
  const fetched = scene.server.requests.filter((line) => line.includes(".tgz")).length;
  await scene.pkgin(["-y", "install", "hello"]);
  expect(scene.server.requests.filter((line) => line.includes(".tgz")).length).toBe(fetched);
  expect(await scene.pkgin(["clean"])).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(readdirSync(cache)).toEqual([]);
});

test("a damaged file in the cache is fetched again", async () => {
  const scene = await setScene([LIBRARY]);
  await scene.pkgin(["-dy", "install", "libgreet"]);
  const cached = join(scene.prefix, "var/db/pkgin/cache/libgreet-1.0.tgz");
  writeFileSync(cached, flip(readFileSync(cached)));
  const { status, stdout } = await scene.pkgin(["-y", "install", "libgreet"]);
  expect(status).toBe(0);
  expect(stdout).toContain("[1/1] downloading libgreet-1.0.tgz done.\n");
});

test("packages of a repository on this system are linked, not copied", async () => {
  const scene = await setScene([LIBRARY]);
  const env = { PKG_REPOS: `file://${scene.directory}` };
  const { status, stdout } = await scene.pkgin(["-y", "install", "libgreet"], { env });
  expect(status).toBe(0);
  expect(stdout).toContain("\n0B to download, ");
  expect(stdout).not.toContain("downloading libgreet");
  expect(installedNames(scene)).toEqual(["libgreet-1.0"]);
});

test("a package for another prefix is refused", async () => {
  const scene = await setScene([{ ...LIBRARY, prefix: "/usr/pkg" }]);
  const { status, stderr } = await scene.pkgin(["-y", "install", "libgreet"]);
  expect(status).toBe(1);
  expect(stderr).toContain(`built for the prefix /usr/pkg, but ${scene.prefix} is used here`);
});

test("what does not fit on the disk is refused before anything is fetched", async () => {
  const scene = await setScene([LIBRARY]);
  editSummary(scene.directory, (text) => text.replace(/FILE_SIZE=\d+/, `FILE_SIZE=${2n ** 59n}`));
  await scene.pkgin(["update"]);
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "libgreet"]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "calculating dependencies...done.\n" });
  expect(stderr).toMatch(
    /^pkgin: \/.*\/cache does not have enough space for download, \(512P required but only [\d.]+[KMGT] are available\)\n\n$/,
  );
});
