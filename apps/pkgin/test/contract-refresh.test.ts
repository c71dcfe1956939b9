import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createRepository } from "sample-repository";
import { expect, test } from "vitest";
import { type Scene, setScene } from "./scene.ts";

/*
 * How the catalogue is brought up to date before a verb: what is printed, and that nothing is lost or confused where there are
 * several repositories.
 */

const LIBGREET = { pkgname: "libgreet-1.0" };
const HELLO = { pkgname: "hello-1.0" };

/** Publishes in a directory below the scene's repository. @returns its URL */
async function publishBelow({ directory, prefix, server }: Scene, name: string, ...pkgnames: string[]) {
  mkdirSync(join(directory, name), { recursive: true });
  await createRepository(
    join(directory, name),
    pkgnames.map((pkgname) => ({ pkgname, prefix })),
  );
  return `${server.url}/${name}`;
}

async function available(scene: Scene, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { stdout } = await scene.pkgin(["-p", "avail"], { env });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(";")[0] ?? "");
}

test.each(["install libgreet", "upgrade", "import list"])(
  "%s reads a summary that has changed, and of that tells only the download",
  async (line) => {
    const scene = await setScene([LIBGREET]);
    await scene.pkgin(["-y", "install", "libgreet"]);
    writeFileSync(join(scene.prefix, "list"), "libgreet\n");
    await scene.publish([{ pkgname: "libgreet-1.1" }]);
    const words = line.replace("list", join(scene.prefix, "list")).split(" ");
    const { stdout } = await scene.pkgin(["-n", ...words]);
    expect(stdout).toMatch(
      /^downloading pkg_summary\.gz done\.\ncalculating dependencies\.\.\.done\.\n\n1 package to upgrade:\nlibgreet-1\.1\n/,
    );
  },
);

test("where repositories have changed everything is read again, and said in this order", async () => {
  const scene = await setScene([LIBGREET]);
  const other = await publishBelow(scene, "other", "hello-1.0");
  await scene.pkgin(["-y", "install", "libgreet"]);
  expect(await scene.pkgin(["avail"], { env: { PKG_REPOS: other } })).toEqual({
    status: 0,
    stderr: "",
    stdout:
      `cleaning database from ${scene.server.url} entries...\nreading local summary...\nprocessing local summary...\n` +
      `processing remote summary (${other})...\ndownloading pkg_summary.gz done.\nhello-1.0            Sample package hello\n`,
  });
  expect((await scene.pkgin(["update"], { env: { PKG_REPOS: other } })).stdout).toBe(
    `processing remote summary (${other})...\ndatabase for ${other} is up-to-date\n`,
  );
});

test("with -f any verb reads everything again, but what export prints is not mixed with that", async () => {
  const scene = await setScene([LIBGREET]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  const told =
    `reading local summary...\nprocessing local summary...\n` +
    `processing remote summary (${scene.server.url})...\ndownloading pkg_summary.gz done.\n`;
  expect(await scene.pkgin(["-f", "-p", "list"])).toEqual({
    status: 0,
    stdout: `${told}libgreet-1.0;Sample package libgreet\n`,
    stderr: "",
  });
  expect(await scene.pkgin(["-f", "export"])).toEqual({ status: 0, stdout: "misc/libgreet\n", stderr: told });
});

test("a repository that alone has changed loses nothing of the others", async () => {
  const scene = await setScene();
  const first = await publishBelow(scene, "first", "hello-1.0", "lua-5");
  const second = await publishBelow(scene, "second", "libgreet-1.0", "hello-1.0");
  const env = { PKG_REPOS: `${first} ${second}` };
  await scene.pkgin(["update"], { env });
  await publishBelow(scene, "second", "libgreet-1.1", "zlib-1.0");
  expect((await scene.pkgin(["update"], { env })).stdout).toBe(
    `processing remote summary (${first})...\ndatabase for ${first} is up-to-date\n` +
      `processing remote summary (${second})...\ndownloading pkg_summary.gz done.\n`,
  );
  expect(await available(scene, env)).toEqual(["hello-1.0", "libgreet-1.1", "lua-5", "zlib-1.0"]);
});

test("of one package in several repositories the first one's counts, and URLs that begin alike are not confused", async () => {
  const scene = await setScene();
  const first = await publishBelow(scene, "All", "hello-1.0");
  const second = await publishBelow(scene, "All2", "hello-1.0", "lua-5");
  const env = { PKG_REPOS: `${second} ${first}` };
  await scene.pkgin(["update"], { env });
  const repositoryOf = async (name: string, from: NodeJS.ProcessEnv) =>
    (
      JSON.parse((await scene.pkgin(["info", name, "--json"], { env: from })).stdout) as [
        { repository: string },
      ]
    )[0].repository;
  expect(await repositoryOf("hello", env)).toBe(second);
  // Only the one whose URL is the beginning of the other's goes.
  const { stdout } = await scene.pkgin(["avail"], { env: { PKG_REPOS: second } });
  expect(stdout).toContain(`cleaning database from ${first} entries...\n`);
  expect(await available(scene, { PKG_REPOS: second })).toEqual(["hello-1.0", "lua-5"]);
  expect((await scene.pkgin(["update"], { env: { PKG_REPOS: first } })).stdout).toContain(
    `cleaning database from ${second} entries...\n`,
  );
  expect(await available(scene, { PKG_REPOS: first })).toEqual(["hello-1.0"]);
});

test("packages are installed from where they were found", async () => {
  const scene = await setScene();
  const first = await publishBelow(scene, "first", "hello-1.0");
  const second = await publishBelow(scene, "second", "lua-5");
  const env = { PKG_REPOS: `${first} ${second}` };
  expect(await scene.pkgin(["-y", "install", "hello", "lua"], { env })).toMatchObject({
    status: 0,
    stderr: "",
  });
  expect(scene.server.requests.filter((line) => line.includes(".tgz")).toSorted()).toEqual([
    expect.stringContaining("/first/hello-1.0.tgz"),
    expect.stringContaining("/second/lua-5.tgz"),
  ]);
  expect((await scene.pkgin(["stats"], { env })).stdout).toContain("\tNumber of repositories: 2\n");
});

test("a line of a summary that is none is told, and a record without a comment does no harm", async () => {
  const scene = await setScene([HELLO]);
  const file = join(scene.directory, "pkg_summary.gz");
  writeFileSync(file, gzipSync("PKGNAME=bare-1.0\nFILE_SIZE=1\n\nPKGNAME=unnumbered\nFILE_SIZE=1\n\n"));
  await scene.pkgin(["update"]);
  expect((await scene.pkgin(["search", "bare"])).stdout).toMatch(/^bare-1\.0 +\n\n=:/);
  expect((await scene.pkgin(["avail"])).stdout).toBe("bare-1.0             \nunnumbered-0.0       \n");
  writeFileSync(file, gzipSync("PKGNAME=bare-1.0\nFILE_SIZE=1\n\nPKGNAME=ill-1.0\non\u001bsense\n\n"));
  expect(await scene.pkgin(["-f", "update"])).toMatchObject({
    status: 1,
    stderr:
      `pkgin: Invalid pkg_info entry: on\\x1bsense (record 2, at byte 30 of its text, of ${scene.server.url}/pkg_summary.gz)\n` +
      "What was known of the repository before stays as it was.\n",
  });
  expect((await scene.pkgin(["avail"])).stdout).toMatch(/^bare-1\.0 +\nunnumbered-0\.0 +\n$/);
});
