import { once } from "node:events";
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync, statfsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { editSummary } from "./edit-summary.ts";
import { noTerminal } from "./run-on-terminal.ts";
import { type Scene, setScene } from "./scene.ts";

const MODIFIED = new Date(Date.UTC(2026, 10, 20)).toUTCString();

/** How a server answers a request for a package: with a status, by breaking off, or as it should. */
type Answer = number | "cut" | "whole";

/** A scene whose packages are served as told, by their names. */
async function sceneWith(answers: Readonly<Record<string, Answer>>): Promise<Scene & { url: string }> {
  const scene = await setScene(Object.keys(answers).map((name) => ({ pkgname: `${name}-1.0` })));
  const server = await serve((request, response) => {
    const path = request.url ?? "";
    const answer = answers[path.slice(1, -"-1.0.tgz".length)] ?? (path === "/pkg_summary.gz" ? "whole" : 404);
    if (typeof answer === "number") return void response.writeHead(answer, "Own Words").end();
    const bytes = readFileSync(join(scene.directory, path));
    response.writeHead(200, { "content-length": bytes.length, "last-modified": MODIFIED });
    if (answer === "whole") return void response.end(bytes);
    response.write(bytes.subarray(0, -5), () => request.socket.destroy());
  });
  onTestFinished(() => server.close());
  const env = { PKG_REPOS: server.url };
  return {
    ...scene,
    url: server.url,
    pkgin: (args, options = {}) => scene.pkgin(args, { ...options, env }),
    onTerminal: (args, options = {}) => scene.onTerminal(args, { ...options, env }),
  };
}

test("each failure has its message, and uses up its number; the rest is installed", async () => {
  const scene = await sceneWith({ cut: "cut", denied: 403, gone: 404, hello: "whole", ill: 500 });
  await scene.pkgin(["update"]);
  const wanted = ["-y", "install", "cut", "denied", "gone", "hello", "ill"];
  const { status, stdout } = await scene.pkgin(wanted, { merged: true });
  expect(status).toBe(1);
  const at = (name: string) => `${scene.url}/${name}-1.0.tgz`;
  expect(stdout.slice(0, stdout.indexOf("calculating"))).toBe(
    `download error: ${at("cut")} truncated\n` +
      `download error: ${at("denied")} Forbidden\n` +
      `download error: ${at("gone")} Not Found\n` +
      `download error: ${at("ill")} Internal Server Error\n`,
  );
  expect(stdout.slice(stdout.indexOf("[1/5]"))).toBe(
    "[1/5] downloading cut-1.0.tgz done.\n[4/5] downloading hello-1.0.tgz done.\n[1/1] installing hello-1.0...\n" +
      "pkg_install warnings: 0, errors: 0\nreading local summary...\nprocessing local summary...\n",
  );
});

test("after a failure no is the default, and nothing is installed", async () => {
  const scene = await sceneWith({ gone: 404, hello: "whole" });
  await scene.pkgin(["update"]);
  const { status, stdout, stderr } = await scene.pkgin(["install", "gone", "hello"], { input: "y\n\n" });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `download error: ${scene.url}/gone-1.0.tgz Not Found\n`,
  });
  expect(stdout).toMatch(/used\n\nproceed \? \[Y\/n\] proceed \? \[y\/N\] $/);
  expect((await scene.pkgin(["list"])).stderr).toBe("Requested list is empty.\n");
});

test("where nothing is left to install the run ends without a further line", async () => {
  const scene = await sceneWith({ gone: 404 });
  await scene.pkgin(["update"]);
  const { status, stdout } = await scene.pkgin(["-y", "install", "gone"]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/additional disk space will be used\n\n$/);
});

/** A dependency whose file has a flipped byte, what needs it, and a package that needs nothing. */
async function corruptScene(): Promise<Scene> {
  const scene = await setScene([
    { pkgname: "libgreet-1.0" },
    { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] },
    { pkgname: "lua-5" },
  ]);
  const file = join(scene.directory, "libgreet-1.0.tgz");
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await scene.pkgin(["update"]);
  return scene;
}

const CORRUPT =
  "download error: libgreet-1.0 digest does not match pkg_summary: sha512 DIGEST was expected, found DIGEST\n";

function withoutDigests(text: string): string {
  return text.replaceAll(/[\da-f]{128}/g, "DIGEST");
}

test("without -y a corrupt dependency is asked about, and no is the default", async () => {
  const scene = await corruptScene();
  const { status, stdout, stderr } = await scene.pkgin(["install", "hello", "lua"], { input: "y\n\n" });
  expect({ status, stderr: withoutDigests(stderr) }).toEqual({ status: 1, stderr: CORRUPT });
  expect(stdout.slice(stdout.indexOf("proceed"))).toBe(
    "proceed ? [Y/n] [1/3] downloading hello-1.0.tgz done.\n[2/3] downloading libgreet-1.0.tgz done.\n" +
      "proceed ? [y/N] ",
  );
  expect((await scene.pkgin(["list"])).stderr).toBe("Requested list is empty.\n");
});

test("with -y a corrupt dependency is left out, and what needs it fails, but nothing else", async () => {
  const scene = await corruptScene();
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "hello", "lua"]);
  expect(status).toBe(1);
  expect(withoutDigests(stderr)).toBe(
    `${CORRUPT}pkgin: hello-1.0 needs libgreet>=1.0, which is not installed; install that first\n`,
  );
  expect(stdout.slice(stdout.indexOf("[1/3]"))).toBe(
    "[1/3] downloading hello-1.0.tgz done.\n[2/3] downloading libgreet-1.0.tgz done.\n" +
      "[3/3] downloading lua-5.tgz done.\n[1/2] installing hello-1.0...\n[2/2] installing lua-5...\n" +
      "pkg_install warnings: 0, errors: 2\n" +
      `pkg_install error log can be found in ${scene.prefix}/var/db/pkgin/pkg_install-err.log\n` +
      "reading local summary...\nprocessing local summary...\n",
  );
});

test("a connection for a package that is refused is told as such", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  const server = createServer((request, response) => {
    if (request.url !== "/pkg_summary.gz") return void response.writeHead(404).end();
    const isKnown = request.headers["if-modified-since"] !== undefined;
    // Once it has said that the summary is as before, it listens no more.
    if (isKnown) server.close();
    const bytes = readFileSync(join(scene.directory, "pkg_summary.gz"));
    const headers = { connection: "close", "last-modified": MODIFIED, "content-length": bytes.length };
    if (isKnown) response.writeHead(304, { connection: "close" }).end();
    else response.writeHead(200, headers).end(bytes);
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { PKG_REPOS: url };
  await scene.pkgin(["update"], { env });
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "hello"], { env });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `download error: ${url}/hello-1.0.tgz Connection refused\n`,
  });
  expect(stdout).toMatch(/additional disk space will be used\n\n$/);
});

test("files of a repository on this system must be there, in the right size", async () => {
  const scene = await setScene([{ pkgname: "gone-1.0" }, { pkgname: "hello-1.0" }, { pkgname: "small-1.0" }]);
  rmSync(join(scene.directory, "gone-1.0.tgz"));
  truncateSync(join(scene.directory, "small-1.0.tgz"), 20);
  const env = { PKG_REPOS: `file://${scene.directory}` };
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "gone", "hello", "small"], { env });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      "gone-1.0 is not available in the repository\ndownload error: small-1.0 size does not match pkg_summary\n",
  });
  expect(stdout).toMatch(/\n0B to download, .*\n\n\[1\/1\] installing hello-1\.0\.\.\.\n/);
});

test("a file in the cache counts only if it was built when the summary says", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  await scene.pkgin(["-dy", "install", "hello"]);
  expect((await scene.pkgin(["-dy", "install", "hello"])).stdout).toContain("nothing to do.\n");
  editSummary(scene.directory, (text) =>
    text.replace(/BUILD_DATE=.*/, "BUILD_DATE=2026-10-10 00:00:00 +0000"),
  );
  expect((await scene.pkgin(["-f", "-dy", "install", "hello"])).stdout).toContain(
    "[1/1] downloading hello-1.0.tgz done.\n",
  );
});

test("-d has a report of its own, with one package or several", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }, { pkgname: "lua-5" }]);
  await scene.pkgin(["update"]);
  const one = await scene.pkgin(["-d", "install", "hello"], { input: "n\n" });
  expect(one.stdout).toMatch(
    /^calculating dependencies\.\.\.done\.\n\n1 package to download:\n {2}hello-1\.0\n\n\d+B to download\n\nproceed \? \[Y\/n\] $/,
  );
  expect((await scene.pkgin(["-dn", "install", "hello", "lua"])).stdout).toMatch(
    /\n\n2 packages to download:\nhello-1\.0\nlua-5\n\n\d+B to download\n$/,
  );
});

test("what fits alone, but not together on one file system, is refused", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  const { bavail, bsize } = statfsSync(scene.prefix, { bigint: true });
  const most = (bavail * bsize * 6n) / 10n;
  editSummary(scene.directory, (text) => text.replaceAll(/(FILE_SIZE|SIZE_PKG)=\d+/g, `$1=${most}`));
  await scene.pkgin(["update"]);
  const refused = await scene.pkgin(["-y", "install", "hello"]);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(
    /^pkgin: \/.* does not have enough space for installation \([\d.]+[MGT] required/,
  );
  expect((await scene.pkgin(["-n", "--no-cache", "install", "hello"])).stderr).toBe("");
});

test("what does not fit below the prefix is refused", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  editSummary(scene.directory, (text) => text.replace(/SIZE_PKG=\d+/, `SIZE_PKG=${2n ** 59n}`));
  await scene.pkgin(["update"]);
  const { status, stderr } = await scene.pkgin(["-y", "install", "hello"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^pkgin: \/.* does not have enough space for installation \(512P required but only [\d.]+[KMGT] are available\)\n\n$/,
  );
});

test("-V leaves out what is counted, and writes nothing to the log", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  await scene.pkgin(["update"]);
  const { status, stdout } = await scene.pkgin(["-Vy", "install", "hello"]);
  expect(status).toBe(0);
  expect(stdout).not.toContain("pkg_install");
  expect(readFileSync(join(scene.prefix, "var/db/pkgin/pkg_install-err.log"), "utf8")).toBe("");
});

test("a dependency that nothing installed meets is told when what is installed is read", async () => {
  const scene = await setScene([
    { pkgname: "libgreet-1.0" },
    { pkgname: "hello-1.0", depends: ["libgreet>=1"] },
  ]);
  await scene.pkgin(["-y", "install", "hello"]);
  const pkgdb = join(scene.prefix, "pkgdb");
  renameSync(join(pkgdb, "libgreet-1.0"), join(scene.prefix, "aside"));
  expect(await scene.pkgin(["-p", "list"])).toEqual({
    status: 0,
    stdout: "hello-1.0;Sample package hello\n",
    stderr: "pkgin: Dependency libgreet>=1 of hello-1.0 unresolved\n",
  });
});

test.skipIf(noTerminal !== undefined)("on a terminal a failure stands on a line of its own", async () => {
  const scene = await sceneWith({ gone: 404, hello: "whole" });
  await scene.pkgin(["update"]);
  const { status, stdout } = await scene.onTerminal(["-y", "install", "gone", "hello"]);
  expect(status).toBe(1);
  // Bars that are in the way are cleared first.
  expect(stdout.replaceAll("\u001b[J", "\n")).toContain(
    `\ndownload error: ${scene.url}/gone-1.0.tgz Not Found\n`,
  );
  expect(stdout).toMatch(/\n\[1\/1\] installing hello-1\.0\.\.\.\n/);
});
