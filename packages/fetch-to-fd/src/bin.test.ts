import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  type LocalServer,
  machineTool,
  serve,
  serveDirectory,
  serveInterrupted,
  serveRaw,
} from "test-support";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";
import { makeFifo, untilFull } from "../test/pipe.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

let directory: string;
let server: LocalServer;

beforeEach(async () => {
  directory = temporaryDirectory();
  writeFileSync(join(directory, "data"), "hello\n");
  server = await serveDirectory(directory);
});

afterEach(async () => {
  await server.close();
});

async function run(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [bin, ...args]);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { status, stdout, stderr };
}

test("a URL goes to standard output, another descriptor or a file", async () => {
  const url = `${server.url}/data`;
  expect(await run(url)).toEqual({ status: 0, stdout: "hello\n", stderr: "" });
  const file = join(directory, "three");
  const child = spawn(process.execPath, [bin, url, "--fd", "3"], {
    stdio: ["ignore", "ignore", "ignore", openSync(file, "w")],
  });
  expect(await once(child, "close")).toEqual([0, null]);
  expect(readFileSync(file, "utf8")).toBe("hello\n");
  const sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
  expect(await run(url, "-o", join(directory, "copy"), "--sha256", sha256)).toMatchObject({
    status: 0,
    stdout: "",
  });
  expect(readFileSync(join(directory, "copy"), "utf8")).toBe("hello\n");
});

test("what fails is one line and status 1", async () => {
  const none = `${server.url}/none`;
  expect(await run(none)).toEqual({ status: 1, stdout: "", stderr: `fetch-to-fd: ${none}: Not Found\n` });
  for (const args of [
    [],
    ["a", "b"],
    ["--nonsense"],
    ["u", "--fd", "x"],
    ["u", "--fd", "-1"],
    ["u", "-o"],
    ["u", "-o", ""],
    ["u", "--quiet=1"],
    ["u", "--md5", "1"],
    ["u", "--fd", "1", "-o", "f"],
    ["u", "--resume"],
    ["u", "-4", "-6"],
    ["u", "--timeout", "soon"],
    ["u", "--timeout", "0"],
    ["u", "--limit-rate", "0"],
    ["u", "--header", "nonsense"],
    ["u", "--ca", "/none"],
    ["u", "--ca", bin],
    ["u", "--cert", bin],
  ]) {
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^fetch-to-fd: .+\n$/);
    expect(stderr).not.toMatch(/ENOENT|Invalid URL/);
  }
});

test("what breaks off is tried again, and kept for another time", async () => {
  const content = Buffer.alloc(1_000_000, "0123456789");
  const broken = await serveInterrupted({ content: () => content, cuts: [100_000, 200_000] });
  const target = join(directory, "target");
  const first = await run(broken.url, "-o", target, "--resume", "--retries", "0");
  expect(first).toMatchObject({ status: 1, stderr: expect.stringContaining("100000 of 1000000 bytes") });
  expect(existsSync(target)).toBe(false);
  expect(await run(broken.url, "-o", target, "--resume")).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(broken.ranges).toEqual([undefined, "bytes=100000-", "bytes=300000-"]);
  await broken.close();
});

test("what was killed is gone on with another time", async () => {
  const content = Buffer.alloc(1_000_000, "0123456789");
  const ranges: (string | undefined)[] = [];
  const stalling = await serve(({ headers: { range } }, response) => {
    ranges.push(range);
    if (range === undefined) {
      response.writeHead(200, { etag: '"a"', "content-length": content.length });
      response.write(content.subarray(0, 100_000));
    } else {
      response.writeHead(206, { etag: '"a"', "content-range": "bytes 100000-999999/1000000" });
      response.end(content.subarray(100_000));
    }
  });
  const target = join(directory, "target");
  const child = spawn(process.execPath, [bin, stalling.url, "-o", target, "--resume"]);
  const closed = closeOf(child);
  await sizeOf(`${target}.part`, 100_000);
  child.kill("SIGKILL");
  expect(await closed).toEqual([null, "SIGKILL"]);
  expect(await run(stalling.url, "-o", target, "--resume")).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(ranges).toEqual([undefined, "bytes=100000-"]);
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(await readdir(directory)).toEqual(["data", "target"]);
  await stalling.close();
});

test("options reach the request", async () => {
  const echo = await serve(({ headers }, response) => {
    response.setHeader("content-type", "text/html").end(`${headers["x-a"]} ${headers["x-b"]}`);
  });
  const options = [
    "-4",
    "--limit-rate",
    "1M",
    "--timeout",
    "600",
    "--header",
    "X-A: 1: 2",
    "--header",
    "X-B:",
  ];
  expect(await run(`${server.url}/none`, "--mirror", echo.url, ...options)).toEqual({
    status: 0,
    stdout: "1: 2 ",
    stderr: "",
  });
  expect(await run(echo.url, "--refuse-html")).toMatchObject({ status: 1, stdout: "" });
  await echo.close();
});

const script = machineTool("script");

test.skipIf(script === undefined)("a terminal shows how far it has come (needs script)", async () => {
  const command = [process.execPath, bin, `${server.url}/data`, "-o", join(directory, "copy")].join(" ");
  const shown = async (line: string) => {
    const child = spawn(script ?? "", ["-qec", line, "/dev/null"]);
    return text(child.stdout);
  };
  expect(await shown(command)).toMatch(/\r100% \[=+\] {2}6 B of 6 B {2}[\d.]+ k?B\/s *\r\n$/);
  expect(await shown(`${command} -q`)).toBe("");
  // What comes is not to be mixed with it.
  expect(await shown([process.execPath, bin, `${server.url}/data`].join(" "))).toBe("hello\r\n");
});

test.skipIf(script === undefined)(
  "a terminal is told of every attempt that fails (needs script)",
  async () => {
    const broken = await serveInterrupted({ content: () => Buffer.from("hello"), cuts: [2] });
    const command = [process.execPath, bin, broken.url, "-o", join(directory, "copy")].join(" ");
    const child = spawn(script ?? "", ["-qec", command, "/dev/null"]);
    expect(await text(child.stdout)).toMatch(
      /\r\nfetch-to-fd: http:.*: the connection ended after 2 of 5 bytes; trying again in 1 s\r\n/,
    );
    await broken.close();
  },
);

test("help and version go to standard output", async () => {
  expect(await run("--help")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Usage: fetch-to-fd URL/),
  });
  expect(await run("--version")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test.skipIf(!existsSync("/dev/full"))(
  "a full disk is named, whatever is written (needs /dev/full)",
  async () => {
    for (const argument of ["--help", "--version", `${server.url}/data`]) {
      const child = spawn(process.execPath, [bin, argument], {
        stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
      });
      const stderr = await text(child.stderr as NonNullable<typeof child.stderr>);
      expect(stderr).toMatch(/^fetch-to-fd: .*cannot write standard output: No space left on device\n$/);
    }
  },
);

test("a reader who has seen enough ends it quietly", async () => {
  writeFileSync(join(directory, "large"), Buffer.alloc(5_000_000));
  const child = spawn(process.execPath, [bin, `${server.url}/large`]);
  child.stdout.once("data", () => child.stdout.destroy());
  expect([await text(child.stderr), await closeOf(child)]).toEqual(["", [1, null]]);
});

test("an interrupt leaves no part behind, and the shell can see it", async () => {
  const slow = await serveRaw((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello"));
  const target = join(directory, "target");
  const child = spawn(process.execPath, [bin, slow.url, "-o", target]);
  const closed = closeOf(child);
  await sizeOf(`${target}.part`, 5);
  // Some programs send it more than once.
  for (let count = 0; count < 5; count++) {
    child.kill("SIGINT");
    await delay(1);
  }
  expect(await closed).toEqual([null, "SIGINT"]);
  expect(await readdir(directory)).toEqual(["data"]);
  await slow.close();
});

const mkfifo = machineTool("mkfifo");

test.skipIf(mkfifo === undefined)("an interrupt ends it where nobody reads (needs mkfifo)", async () => {
  writeFileSync(join(directory, "large"), Buffer.alloc(5_000_000));
  const { path, fd } = makeFifo(mkfifo ?? "");
  const child = spawn(process.execPath, [bin, `${server.url}/large`], {
    stdio: ["ignore", openSync(path, "w"), "ignore"],
  });
  const closed = closeOf(child);
  await untilFull(fd);
  child.kill("SIGTERM");
  expect(await closed).toEqual([null, "SIGTERM"]);
});

function closeOf(child: ChildProcess): Promise<unknown[]> {
  return child.exitCode === null && child.signalCode === null
    ? once(child, "close")
    : Promise.resolve([child.exitCode, child.signalCode]);
}

/** Waits until a file has so many bytes. */
async function sizeOf(path: string, bytes: number): Promise<void> {
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < bytes) await delay(5);
}
