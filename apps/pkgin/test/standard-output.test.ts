import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { beforeAll, afterAll, expect, test } from "vitest";
import { bin, environment, runCommand } from "./run-pkgin.ts";
import { openScene, type Scene } from "./scene.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await openScene([
    { pkgname: "hello-1.0", files: { "bin/hello": "hello\n" } },
    { pkgname: "wordy-1.0", comment: "more than any pipe holds ".repeat(40_000) },
  ]);
  await scene.pkgin(["update"]);
});
afterAll(() => scene.close());

test
  .skipIf(!existsSync("/dev/full"))
  .each([["avail"], ["--help"], ["-v"], ["avail --json"], ["-p avail"], ["-y install hello"]])(
  "%s ends with one line where standard output cannot be written (needs /dev/full)",
  async (line) => {
    const words = ["--prefix", scene.prefix, ...line.split(" ")];
    const script = ["/bin/sh", "-c", 'exec "$@" >/dev/full', "sh", process.execPath, bin, ...words];
    const { status, stderr } = await runCommand(script, { env: { PKG_REPOS: scene.server.url } });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "pkgin: could not write to standard output: No space left on device\n",
    });
  },
);

test.skipIf(!existsSync("/dev/full"))("the status tells it where nothing can be written at all", async () => {
  const script = ["/bin/sh", "-c", 'exec "$@" >/dev/full 2>&1', "sh", process.execPath, bin, "-v"];
  expect(await runCommand(script)).toEqual({ status: 1, stdout: "", stderr: "" });
});

test("a reader who has seen enough ends it quietly", async () => {
  const child = spawn(process.execPath, [bin, "--prefix", scene.prefix, "avail"], {
    env: environment({ PKG_REPOS: scene.server.url }),
  });
  // What it waits to write is lost with what has not been read of the rest.
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect({ status, stderr }).toEqual({ status: 141, stderr: "" });
});
