import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { serve } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { type Scene, setScene } from "./scene.ts";

const LETTERS = ["a", "b", "c", "d", "e", "f"];

/** Serves a scene's repository, but package files only as `hold` lets them go. */
async function holding(
  { directory }: Scene,
  hold: (name: string, send: () => void, response: ServerResponse) => void,
): Promise<NodeJS.ProcessEnv> {
  const handler: RequestListener = (request, response) => {
    const path = join(directory, request.url ?? "");
    if (!existsSync(path)) return void response.writeHead(404).end();
    const bytes = readFileSync(path);
    const send = () => response.writeHead(200, { "content-length": bytes.length }).end(bytes);
    if (path.endsWith(".tgz")) hold(request.url?.slice(1) ?? "", send, response);
    else send();
  };
  const server = await serve(handler);
  onTestFinished(() => server.close());
  return { PKG_REPOS: server.url };
}

test.each([
  [[], 4],
  [["--jobs", "1"], 1],
])("with %j so many packages are downloaded at once: %d", async (options, expected) => {
  const scene = await setScene(LETTERS.map((name) => ({ pkgname: `${name}-1.0` })));
  let most = 0;
  let served = 0;
  const waiting: (() => void)[] = [];
  const release = () => {
    served += waiting.length;
    for (const send of waiting.splice(0)) send();
  };
  const env = await holding(scene, (_, send) => {
    waiting.push(send);
    most = Math.max(most, waiting.length);
    // More than are expected would come while these wait.
    if (waiting.length === Math.min(expected, LETTERS.length - served)) void delay(50).then(release);
  });
  const { status, stdout } = await scene.pkgin([...options, "-dy", "install", ...LETTERS], { env });
  expect({ status, most }).toEqual({ status: 0, most: expected });
  expect(stdout.slice(stdout.indexOf("[1/6]"))).toBe(
    LETTERS.map((name, index) => `[${index + 1}/6] downloading ${name}-1.0.tgz done.\n`).join(""),
  );
});

test("what has come is installed while the rest is on its way, and the output is as if it had come first", async () => {
  const scene = await setScene([
    { pkgname: "libgreet-1.0" },
    { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] },
  ]);
  const installed = join(scene.prefix, "pkgdb/libgreet-1.0/+CONTENTS");
  let installedAt = 0;
  const env = await holding(scene, (name, send) => {
    if (name !== "hello-1.0.tgz") return send();
    const look = async () => {
      while (!existsSync(installed)) await delay(20);
      installedAt = Date.now();
      // The log tells seconds.
      while (Math.floor(Date.now() / 1000) === Math.floor(installedAt / 1000)) await delay(20);
      send();
    };
    void look();
  });
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "hello"], { env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.slice(stdout.indexOf("[1/2] downloading"))).toBe(`[1/2] downloading hello-1.0.tgz done.
[2/2] downloading libgreet-1.0.tgz done.
[1/2] installing libgreet-1.0...
[2/2] installing hello-1.0...
pkg_install warnings: 0, errors: 0
reading local summary...
processing local summary...
`);
  // The log has when it began, not when that could be told.
  const log = readFileSync(join(scene.prefix, "var/db/pkgin/pkg_install-err.log"), "utf8");
  const [, stamp = ""] = /^(\S+Z) \[1\/2\] installing libgreet/.exec(log) ?? [];
  expect(Date.parse(stamp)).toBeLessThanOrEqual(installedAt);
});

test("with --line-buffered each line is there when its work begins, in the same order", async () => {
  const scene = await setScene();
  const go = join(scene.directory, "go");
  const waits = `#!/bin/sh\nwhile [ ! -e ${go} ]; do sleep 0.05; done\n`;
  await scene.publish([
    { pkgname: "libgreet-1.0", install: waits },
    { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] },
  ]);
  const cached = join(scene.prefix, "var/db/pkgin/cache/libgreet-1.0.tgz");
  const env = await holding(scene, (name, send) => {
    if (name !== "hello-1.0.tgz") return send();
    const look = async () => {
      while (!existsSync(cached)) await delay(20);
      // What would begin too early has begun by now.
      await delay(100);
      send();
    };
    void look();
  });
  const run = await scene.pkgin(["--line-buffered", "-y", "install", "hello"], {
    env,
    inputWhen: async (output) => {
      await output(
        /\[2\/2\] downloading libgreet-1\.0\.tgz done\.\n\[1\/2\] installing libgreet-1\.0\.\.\.\n$/,
      );
      writeFileSync(go, "");
      return "";
    },
  });
  expect(run).toMatchObject({ status: 0, stderr: "" });
});

test("one that fails while others are installed counts neither in the output nor in the log", async () => {
  const scene = await setScene([
    { pkgname: "late-1.0", depends: ["libgreet-[0-9]*"] },
    { pkgname: "libgreet-1.0", install: "#!/bin/sh\necho from the script >&2\n" },
  ]);
  const installed = join(scene.prefix, "pkgdb/libgreet-1.0/+CONTENTS");
  const env = await holding(scene, (name, send, response) => {
    if (name !== "late-1.0.tgz") return send();
    const look = async () => {
      while (!existsSync(installed)) await delay(20);
      response.writeHead(500).end();
    };
    void look();
  });
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", "late", "libgreet"], { env });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `download error: ${env["PKG_REPOS"]}/late-1.0.tgz Internal Server Error\n`,
  });
  expect(stdout).toContain("[2/2] downloading libgreet-1.0.tgz done.\n[1/1] installing libgreet-1.0...\n");
  const log = readFileSync(join(scene.prefix, "var/db/pkgin/pkg_install-err.log"), "utf8");
  expect(log).toMatch(
    /^\S+Z \[1\/1\] installing libgreet-1\.0\.\.\.\nfrom the script\n(?:from the script\n)?$/,
  );
});

test("nothing makes way for a package that does not come", async () => {
  const scene = await setScene([
    { pkgname: "hello-1.0", conflicts: ["gnuhello-[0-9]*"] },
    { pkgname: "gnuhello-2.0" },
    { pkgname: "other-1.0" },
  ]);
  expect(await scene.pkgin(["-y", "install", "hello"])).toMatchObject({ status: 0, stderr: "" });
  rmSync(join(scene.directory, "gnuhello-2.0.tgz"));
  const { status, stdout } = await scene.pkgin(["-y", "install", "gnuhello", "other"]);
  expect(status).toBe(1);
  expect(stdout).not.toContain("removing");
  expect((await scene.pkgin(["-p", "list"])).stdout).toMatch(/^hello-1\.0;.*\nother-1\.0;.*\n$/);
});

test("saying no after a failed download ends the others, and changes nothing", async () => {
  const scene = await setScene([{ pkgname: "a-1.0" }, { pkgname: "b-1.0" }]);
  let isClosed = false;
  const env = await holding(scene, (name, _, response) => {
    if (name === "a-1.0.tgz") return void response.writeHead(404).end();
    // This one never comes.
    response.writeHead(200, { "content-length": 100_000 }).write("x");
    response.on("close", () => (isClosed = true));
  });
  const { status, stdout } = await scene.pkgin(["install", "a", "b"], { env, input: "y\nn\n" });
  expect(stdout).toMatch(/proceed \? \[y\/N\] $/);
  expect({ status, isClosed }).toEqual({ status: 1, isClosed: true });
  expect(existsSync(join(scene.prefix, "pkgdb"))).toBe(false);
});

/** Serves a scene's package files up to some byte, and breaks off; other files, and ranges from the middle, in full. */
async function breaking({ directory }: Scene, at: number): Promise<{ url: string; ranges: string[] }> {
  const ranges: string[] = [];
  const server = await serve((request, response) => {
    const path = join(directory, request.url ?? "");
    if (!existsSync(path)) return void response.writeHead(404).end();
    const bytes = readFileSync(path);
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start > 0) ranges.push(`from ${start}`);
    response.writeHead(start > 0 ? 206 : 200, {
      etag: `"${bytes.length}"`,
      "content-length": bytes.length - start,
      ...(start > 0 && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (start > 0 || !path.endsWith(".tgz")) response.end(bytes.subarray(start));
    else response.write(bytes.subarray(0, at), () => response.destroy());
  });
  onTestFinished(() => server.close());
  return { url: server.url, ranges };
}

test("a download that breaks off goes on in the middle", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  const { url, ranges } = await breaking(scene, 100);
  const { status, stderr } = await scene.pkgin(["-y", "install", "hello"], { env: { PKG_REPOS: url } });
  expect({ status, stderr, ranges }).toEqual({ status: 0, stderr: "", ranges: ["from 100"] });
});

test("what one mirror has not got, or has spoilt, comes from the next", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }, { pkgname: "lib-1.0" }]);
  const spoilt = await serve((request, response) => {
    const path = join(scene.directory, request.url ?? "");
    if (!existsSync(path) || path.endsWith("lib-1.0.tgz")) return void response.writeHead(404).end();
    const bytes = readFileSync(path);
    if (path.endsWith(".tgz")) bytes[20] = (bytes[20] ?? 0) ^ 1;
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  onTestFinished(() => spoilt.close());
  mkdirSync(join(scene.prefix, "etc/pkgin"), { recursive: true });
  const lines = `${spoilt.url}\nmirror ${spoilt.url} ${scene.server.url}\n`;
  writeFileSync(join(scene.prefix, "etc/pkgin/repositories.conf"), lines);
  const run = await scene.pkgin(["-y", "install", "hello", "lib"], { env: { PKG_REPOS: undefined } });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
  expect(run.stdout).toContain("[2/2] installing");
});

test("with --no-cache a package's file goes when it has been installed", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  await scene.pkgin(["-y", "--no-cache", "install", "hello"]);
  expect(existsSync(join(scene.prefix, "pkgdb/hello-1.0"))).toBe(true);
  expect(existsSync(join(scene.prefix, "var/db/pkgin/cache/hello-1.0.tgz"))).toBe(false);
});
