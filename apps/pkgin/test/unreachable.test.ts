import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createPackage } from "sample-repository";
import { serveDirectory } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { runPkgin, temporaryDirectory } from "./run-pkgin.ts";
import { type Scene, setScene } from "./scene.ts";

const LIBGREET = { pkgname: "libgreet-1.0", files: { "lib/greet": "x" } };
const HELLO = { pkgname: "hello-2.0", depends: ["libgreet>=1.0"] };

/** A URL where nobody answers. */
async function unusedUrl(): Promise<string> {
  const server = await serveDirectory(temporaryDirectory());
  await server.close();
  return server.url;
}

async function sceneWithHello(): Promise<Scene> {
  const scene = await setScene([LIBGREET, HELLO]);
  expect((await scene.pkgin(["-y", "install", "hello"])).status).toBe(0);
  return scene;
}

test("verbs about what is installed do without a repository that was never read", async () => {
  const scene = await sceneWithHello();
  const env = { PKG_REPOS: `${scene.server.url} ${await unusedUrl()}` };
  const lines = [
    ["list"],
    ["show-keep"],
    ["show-no-keep"],
    ["keep", "hello"],
    ["unkeep", "libgreet"],
    ["export"],
    ["show-rev-deps", "libgreet"],
    ["autoremove"],
    ["which", join(scene.prefix, "lib/greet")],
    ["-y", "remove", "hello"],
    ["clean"],
  ];
  for (const line of lines)
    expect([line, await scene.pkgin(line, { env })]).toMatchObject([line, { status: 0, stderr: "" }]);
});

test("verbs about what is available go on with the repositories that can be read, and tell of the others", async () => {
  const scene = await sceneWithHello();
  const unused = await unusedUrl();
  const refused = `pkgin: Could not fetch ${unused}/pkg_summary.gz: Connection refused`;
  const told = `${refused}; nothing is known of this repository yet\n`;
  const env = { PKG_REPOS: `${unused} ${scene.server.url}` };
  for (const line of [
    ["search", "hello"],
    ["avail"],
    ["show-deps", "hello"],
    ["files", "hello"],
    ["info", "hello"],
  ]) {
    const { status, stdout, stderr } = await scene.pkgin(line, { env });
    expect([line, status, stderr]).toEqual([line, 0, told]);
    expect(stdout).toMatch(/hello|libgreet|lib\/greet|\+/);
  }
  const installing = await scene.pkgin(["-y", "install", "hello"], { env });
  expect(installing).toMatchObject({ status: 1, stderr: `${refused}\n` });
  expect(await scene.pkgin(["-y", "undo"], { env })).toMatchObject({ status: 0, stderr: told });
});

test("update reads every repository that it can, tells of each other one, and fails", async () => {
  const scene = await setScene([HELLO]);
  const [first, last] = [await unusedUrl(), await unusedUrl()];
  const env = { PKG_REPOS: `${first} ${scene.server.url} ${last}` };
  const { status, stderr } = await scene.pkgin(["update"], { env });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: [first, last]
      .map((url) => `pkgin: Could not fetch ${url}/pkg_summary.gz: Connection refused\n`)
      .join(""),
  });
  expect((await scene.pkgin(["avail"], { env })).stdout).toContain("hello-2.0 ");
});

test("where no repository could ever be read, what asks for packages fails and what is local does not", async () => {
  const prefix = temporaryDirectory();
  const unused = await unusedUrl();
  const env = { PKG_REPOS: unused };
  const stderr = `pkgin: Could not fetch ${unused}/pkg_summary.gz: Connection refused; nothing is known of this repository yet\n`;
  expect(await runPkgin(["--prefix", prefix, "search", "hello"], { env })).toMatchObject({
    status: 1,
    stderr,
  });
  expect(await runPkgin(["--prefix", prefix, "show-keep"], { env })).toEqual({
    status: 0,
    stdout: "empty non-autoremovable package list\n",
    stderr: "",
  });
});

test("without any repository what is installed can be looked into, and a package file be installed", async () => {
  const scene = await setScene();
  const env = { PKG_REPOS: "" };
  const { path } = await createPackage(temporaryDirectory(), { ...LIBGREET, prefix: scene.prefix });
  expect(await scene.pkgin(["-y", "install", path], { env })).toMatchObject({ status: 0, stderr: "" });
  expect(existsSync(join(scene.prefix, "lib/greet"))).toBe(true);
  const lines = [
    ["which", join(scene.prefix, "lib/greet")],
    ["files", "libgreet"],
    ["info", "libgreet"],
    ["why", "libgreet"],
    ["verify"],
    ["doctor"],
    ["hold", "libgreet"],
    ["unhold", "libgreet"],
  ];
  for (const line of lines) expect([line, (await scene.pkgin(line, { env })).status]).toEqual([line, 0]);
  expect((await scene.pkgin(["-y", "install", "hello"], { env })).stderr).toContain("has no repositories");
});

test("a package file is installed though a repository does not answer, if what it needs is there", async () => {
  const scene = await setScene([LIBGREET]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  const { path } = await createPackage(temporaryDirectory(), { ...HELLO, prefix: scene.prefix });
  const { path: lacking } = await createPackage(temporaryDirectory(), {
    pkgname: "lacking-1.0",
    depends: ["nothing-[0-9]*"],
    prefix: scene.prefix,
  });
  await scene.server.close();
  const told = `pkgin: Could not fetch ${scene.server.url}/pkg_summary.gz: Connection refused\n`;
  expect(await scene.pkgin(["-y", "install", path])).toMatchObject({ status: 0, stderr: told });
  expect((await scene.pkgin(["-p", "list"])).stdout).toMatch(/^hello-2\.0;.*\nlibgreet-1\.0;/);
  const failing = await scene.pkgin(["-y", "install", lacking]);
  expect(failing.status).toBe(1);
  expect(failing.stderr).toContain(
    `${told}pkgin: ${lacking} cannot be installed: lacking-1.0 needs nothing-[0-9]*`,
  );
});

test("who only asks does not wait long for a repository that hangs and was never read", async () => {
  const scene = await sceneWithHello();
  const hanging = createServer(() => {}).listen(0, "127.0.0.1");
  await once(hanging, "listening");
  onTestFinished(() => void hanging.close());
  const url = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
  const run = await scene.pkgin(["search", "hello"], { env: { PKG_REPOS: `${url} ${scene.server.url}` } });
  expect({ status: run.status, stderr: run.stderr }).toEqual({
    status: 0,
    stderr: `pkgin: Could not fetch ${url}/pkg_summary.zst: nothing came for 5000 ms; nothing is known of this repository yet\n`,
  });
  expect(run.stdout).toContain("hello-2.0 =");
});
