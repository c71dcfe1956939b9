import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openCatalogue } from "summary-to-sqlite";
import { serve } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { setScene } from "./scene.ts";

test("an interrupted download leaves nothing half done, and the next run is not hindered", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  const summary = readFileSync(join(scene.directory, "pkg_summary.gz"));
  const size = readFileSync(join(scene.directory, "hello-1.0.tgz")).length;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const stalling = await serve((request, response) => {
    if (request.url === "/pkg_summary.gz") response.end(summary);
    else if (request.url === "/hello-1.0.tgz") {
      response.writeHead(200, { "content-length": size });
      response.write("x", begin);
    } else response.writeHead(404).end();
  });
  onTestFinished(() => stalling.close());

  const run = await scene.pkgin(["-y", "install", "hello"], {
    env: { PKG_REPOS: stalling.url },
    interruptWhen: begun,
  });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 130, stderr: "pkgin: interrupted\n" });
  const home = join(scene.prefix, "var/db/pkgin");
  expect(readdirSync(join(home, "cache"))).toEqual([]);
  expect(existsSync(join(scene.prefix, "pkgdb"))).toBe(false);
  const { status, stdout } = await scene.pkgin(["-y", "install", "hello"]);
  expect({ status, installed: readdirSync(join(scene.prefix, "pkgdb")) }).toMatchObject({ status: 0 });
  expect(stdout).toContain("[1/1] installing hello-1.0...\n");
});

test.each(["SIGINT", "SIGKILL"] as const)(
  "a download that %s has cut off is gone on with by the next run",
  async (signal) => {
    const scene = await setScene([{ pkgname: "hello-1.0" }]);
    const ranges: unknown[] = [];
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const server = await serve((request, response) => {
      const path = join(scene.directory, request.url ?? "");
      if (!existsSync(path)) return void response.writeHead(404).end();
      const bytes = readFileSync(path);
      const headers = { etag: '"1"', "content-length": bytes.length };
      if (!path.endsWith(".tgz")) return void response.writeHead(200, headers).end(bytes);
      ranges.push(request.headers.range);
      if (request.headers.range === undefined) {
        response.writeHead(200, headers).write(bytes.subarray(0, 100));
        return;
      }
      const range = { "content-range": `bytes 100-${bytes.length - 1}/${bytes.length}` };
      response.writeHead(206, { etag: '"1"', ...range }).end(bytes.subarray(100));
    });
    onTestFinished(() => server.close());
    const part = join(scene.prefix, "var/db/pkgin/cache/hello-1.0.tgz.part");
    const look = async () => {
      while ((statSync(part, { throwIfNoEntry: false })?.size ?? 0) < 100) await delay(20);
      begin();
    };
    void look();
    const env = { PKG_REPOS: server.url };
    await scene.pkgin(["-y", "install", "hello"], { env, interruptWhen: begun, signal });
    expect((await scene.pkgin(["-y", "install", "hello"], { env })).status).toBe(0);
    expect(ranges).toEqual([undefined, "bytes=100-"]);
  },
);

test("a signal at any moment leaves everything whole, and what is wanted wanted", async () => {
  const scene = await setScene();
  const publish = (version: number) =>
    scene.publish([
      { pkgname: `lib-${version}` },
      { pkgname: `app-${version}`, depends: ["lib-[0-9]*"] },
      { pkgname: `tool-${version}` },
    ]);
  await publish(1);
  await scene.pkgin(["-y", "install", "app", "tool"]);
  const moments = [
    ["SIGHUP", /processing remote summary .*\n$/],
    ["SIGTERM", /calculating dependencies\.\.\.done\.\n/],
    ["SIGINT", /\[1\/3\] downloading/],
    ["SIGHUP", /\[1\/3\] upgrading lib/],
    ["SIGTERM", /\[3\/3\] upgrading/],
    ["SIGINT", /processing local summary\.\.\.\n[^]*processing local summary/],
  ] as const;
  for (const [round, [signal, moment]] of moments.entries()) {
    await publish(round + 2);
    let interrupt = () => {};
    const interruptWhen = new Promise<void>((resolve) => (interrupt = resolve));
    const { status } = await scene.pkgin(["--line-buffered", "-fy", "upgrade"], {
      interruptWhen,
      signal,
      inputWhen: async (output) => {
        await output(moment);
        interrupt();
        return "";
      },
    });
    // It may have been too fast for the signal.
    expect([0, 129, 130, 143]).toContain(status);
    expect(await scene.pkgin(["verify"])).toMatchObject({ status: 0 });
    expect((await scene.pkgin(["-n", "doctor"])).stdout).toBe("");
    expect((await scene.pkgin(["show-keep"])).stdout).toMatch(/^app-\d .*\ntool-\d .*\n$/);
  }
  expect((await scene.pkgin(["-fy", "upgrade"])).status).toBe(0);
  expect((await scene.pkgin(["-p", "list"])).stdout).toMatch(/^app-7;.*\nlib-7;.*\ntool-7;.*\n$/);
});

test("a second pkgin that would change something is told who is at work; a question is answered", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  await scene.pkgin(["update"]);
  let second: Promise<{ status: number | null; stderr: string }[]> | undefined;
  // The first waits at its prompt as long as its input is open.
  const first = scene.pkgin(["install", "hello"], {
    inputWhen: async (output) => {
      await output(/proceed \? \[Y\/n\] $/);
      second = Promise.all([scene.pkgin(["-y", "install", "hello"]), scene.pkgin(["search", "hello"])]);
      await second;
      return "y\n";
    },
  });
  expect((await first).status).toBe(0);
  const [changing, asking] = (await second) ?? [];
  expect(changing?.status).toBe(1);
  expect(changing?.stderr).toMatch(/^pkgin: another pkgin is at work \(process \d+ since .+\); try again/);
  expect(asking?.status).toBe(0);
});

test("who only looks does not wait for another who is writing", async () => {
  const scene = await setScene([{ pkgname: "hello-1.0" }]);
  await scene.pkgin(["-y", "install", "hello"]);
  const writing = openCatalogue(join(scene.prefix, "var/db/pkgin/pkgin.db"));
  onTestFinished(() => writing.close());
  writing.beginWriting();
  // What is installed has changed, so that it would be read anew.
  mkdirSync(join(scene.prefix, "pkgdb/other"));
  expect(await scene.pkgin(["-p", "list"])).toEqual({
    status: 0,
    stdout: "hello-1.0;Sample package hello\n",
    stderr: "",
  });
  writing.connection.exec("ROLLBACK");
});
