import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildPackage, buildTar, metadataItems, tarHeader } from "./build-tar.ts";
import { newKeys } from "./new-keys.ts";
import { PROGRAM } from "./run-program.ts";

let directory = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "pkg-archive-ends-"));
  const good = gzipSync(buildPackage([{ name: "a", content: "1" }]));
  mkdirSync(join(directory, "All"));
  for (const name of ["test-1.0.tgz", "All/test-1.0.tgz"]) writeFileSync(join(directory, name), good);
  writeFileSync(join(directory, "cut-1.0.tgz"), good.subarray(0, 100));
  mkdirSync(join(directory, "root"));
  writeFileSync(join(directory, "root/a"), "1");
  mkdirSync(join(directory, "metadata"));
  writeFileSync(join(directory, "metadata/+CONTENTS"), "@name made-1.0\n@cwd /usr/pkg\na\n");
  writeFileSync(join(directory, "metadata/+COMMENT"), "Made here\n");
  writeFileSync(join(directory, "metadata/+DESC"), "Made here.\n");
  writeFileSync(join(directory, "secret"), (await newKeys()).privateKey);
});

afterAll(() => rmSync(directory, { recursive: true }));

describe("where the reader of a pipe has gone", () => {
  beforeAll(() => {
    const names = Array.from({ length: 50_000 }, (_, index) => `share/a/file/${index}\n`).join("");
    const contents = `@name large-1.0\n@cwd /usr/pkg\n${names}`;
    writeFileSync(join(directory, "large-1.0.tgz"), gzipSync(buildTar(metadataItems(contents))));
  });

  test.each([
    [["info", "test-1.0.tgz"], 0],
    [["list", "large-1.0.tgz"], 0],
    [["verify", "test-1.0.tgz"], 0],
    [["verify", "--json", "cut-1.0.tgz"], 1],
    [["summary", "All"], 0],
  ])("%j ends quietly, with the status that it had", async (args, status) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    expect(await once(child, "close")).toEqual([status, null]);
    expect(stderr).toMatch(status === 0 ? /^$/ : /^pkg-archive: cut-1.0.tgz: .*\n$/);
  });
});

describe("a signal", () => {
  test("ends the program while it waits for its input", async () => {
    const child = spawn(process.execPath, [PROGRAM, "info", "-"], { stdio: ["pipe", "ignore", "ignore"] });
    const ended = once(child, "exit");
    // More than a pipe holds, so that it has been written when the program reads.
    const start = Buffer.concat([tarHeader({ name: "+CONTENTS", size: 2 ** 20 }, 0), Buffer.alloc(2 ** 19)]);
    await new Promise((resolve) => child.stdin.write(start, resolve));
    child.kill("SIGINT");
    expect(await ended).toEqual([null, "SIGINT"]);
  });

  test("ends the program while it looks at files of which it has to write the digests first", async () => {
    mkdirSync(join(directory, "vast"));
    writeFileSync(join(directory, "vast/a"), "");
    // It would take hours to read all of that.
    truncateSync(join(directory, "vast/a"), 2 ** 40);
    const args = ["create", "vast-1.0.tgz", "--metadata", "metadata", "--root", "vast"];
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: directory, stdio: "ignore" });
    const ended = once(child, "exit");
    const written = (): boolean => readdirSync(directory).some((name) => name.startsWith("vast-1.0.tgz"));
    while (child.exitCode === null && !written()) await setTimeout(1);
    child.kill("SIGINT");
    onTestFinished(() => void child.kill("SIGKILL"));
    expect(await ended).toEqual([null, "SIGINT"]);
    expect(written()).toBe(false);
  });

  /** Starts to write something, with an xz that goes on as it is told, and waits until some of it is there. */
  async function startWriting(args: readonly string[], xz: string): Promise<ChildProcess> {
    mkdirSync(join(directory, "tools"), { recursive: true });
    writeFileSync(join(directory, "tools/xz"), `#!/bin/sh\n${xz}\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${join(directory, "tools")}:${process.env["PATH"]}` };
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: directory, stdio: "ignore", env });
    while (child.exitCode === null && !partsIn(directory).some((part) => statSync(part).size > 0))
      await setTimeout(1);
    return child;
  }

  function partsIn(place: string): readonly string[] {
    const names = readdirSync(place, { recursive: true, encoding: "utf8" });
    return names.filter((name) => /[xz]z\.[\da-f]+\.part$/.test(name)).map((name) => join(place, name));
  }

  const CREATE = ["create", "stopped-1.0.txz", "--metadata", "metadata", "--root", "root"];

  test.each([[CREATE], [[...CREATE, "--sign", "secret"]], [["summary", "All", "--format", "xz"]]])(
    "leaves nothing of what is being written by %j, also where it comes more than once at a time",
    async (args) => {
      const child = await startWriting(args, "while echo more; do sleep 0.01; done");
      const ended = once(child, "exit");
      for (let count = 0; count < 5; count++) {
        child.kill("SIGINT");
        await setTimeout(1);
      }
      expect(await ended).toEqual([null, "SIGINT"]);
      expect(readdirSync(directory, { recursive: true, encoding: "utf8" })).not.toContainEqual(
        expect.stringMatching(/part$|\.t?xz/),
      );
    },
  );

  test("ends the program at once when one has come before", async () => {
    const child = await startWriting(CREATE, "echo some; exec sleep 5");
    const ended = once(child, "exit");
    child.kill("SIGINT");
    while (child.exitCode === null && child.signalCode === null) {
      await setTimeout(10);
      child.kill("SIGTERM");
    }
    expect(await ended).toEqual([null, "SIGTERM"]);
  });
});
