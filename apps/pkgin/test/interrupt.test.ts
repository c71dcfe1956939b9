import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
