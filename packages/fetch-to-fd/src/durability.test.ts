import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type LocalServer, machineTool, serve } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectUntouched, makeOldFile, temporaryDirectory } from "../test/fixture.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const strace = machineTool("strace") ?? "strace";
// Where processes may not be traced it does not run.
const canTrace = spawnSync(strace, ["-o", "/dev/null", "true"]).status === 0;

const content = Buffer.alloc(40_000_000, "0123456789");

let target: string;
let server: LocalServer;

beforeEach(async () => {
  target = makeOldFile();
  server = await serve((_, response) => {
    response.writeHead(200, { etag: '"a"', "content-length": content.length }).end(content);
  });
});

afterEach(async () => {
  await server.close();
});

describe.skipIf(!canTrace)("what has come is on disk (needs strace)", () => {
  test("before the file has its name, which is on disk before all is over", async () => {
    const { status, calls } = await trace("fsync,rename,renameat,renameat2");
    expect(status).toBe(0);
    expect(calls).toEqual([
      `fsync(${target}.part)`,
      `rename(${target}.part, ${target})`,
      `fsync(${dirname(target)})`,
    ]);
  });

  test("for the most part when the last of it comes", async () => {
    const { calls } = await trace("write,fdatasync");
    const ofPart = calls.filter((call) => call.endsWith(`(${target}.part)`));
    expect(ofPart).toContain(`fdatasync(${target}.part)`);
    expect(ofPart.at(-1)).toBe(`write(${target}.part)`);
  });

  test.each(["fsync", "fdatasync"])("or else it is not kept for another time (%s)", async (call) => {
    const { status, stderr } = await trace(call, `--inject=${call}:error=EIO:when=1`);
    const message = `fetch-to-fd: ${server.url}: cannot write ${target}: Input/output error\n`;
    expect({ status, stderr }).toEqual({ status: 1, stderr: message });
    expectUntouched(target);
  });
});

interface Traced {
  readonly status: number | null;
  readonly stderr: string;
  /** What was called, in order, each with the files that it was about. */
  readonly calls: readonly string[];
}

/** Downloads to the target, and looks at some of the system calls. */
async function trace(calls: string, ...options: readonly string[]): Promise<Traced> {
  const output = join(temporaryDirectory(), "trace");
  const command = [process.execPath, bin, server.url, "-o", target, "--resume"];
  const child = spawn(
    strace,
    ["-f", "-y", "-qq", "-s", "0", "-o", output, `--trace=${calls}`, ...options, ...command],
    // strace counts the calls of each thread by itself.
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, UV_THREADPOOL_SIZE: "1" } },
  );
  const [stderr, [status]] = await Promise.all([
    text(child.stderr as NonNullable<typeof child.stderr>),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { status, stderr, calls: readTrace(readFileSync(output, "utf8")) };
}

function readTrace(lines: string): string[] {
  return Array.from(lines.matchAll(/^\d+ +([a-z]+)\w*\((.*)/gm), ([, name = "", rest = ""]) => {
    const files = Array.from(rest.matchAll(/\d+<([^>]*)>|"([^"]+)"/g), ([, open, named]) => open ?? named);
    return `${name}(${files.join(", ")})`;
  });
}
