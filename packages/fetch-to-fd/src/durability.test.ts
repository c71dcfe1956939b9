import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type LocalServer, machineTool, serve } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const strace = machineTool("strace") ?? "strace";
// Where processes may not be traced it does not run.
const canTrace = spawnSync(strace, ["-o", "/dev/null", "true"]).status === 0;

const content = Buffer.alloc(40_000_000, "0123456789");

let directory: string;
let place: string;
let target: string;
let server: LocalServer;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fetch-to-fd-"));
  place = join(directory, "place");
  target = join(place, "target");
  await mkdir(place);
  server = await serve((_, response) => {
    response.writeHead(200, { etag: '"a"', "content-length": content.length }).end(content);
  });
});

afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

describe.skipIf(!canTrace)("what has come is on disk (needs strace)", () => {
  test("before the file has its name, which is on disk before all is over", async () => {
    expect(await trace([])).toEqual({ status: 0, stderr: "" });
    expect(callsOf(/fsync|rename\w*/)).toEqual([
      `fsync(${target}.part)`,
      `rename(${target}.part, ${target})`,
      `fsync(${place})`,
    ]);
  });

  test("for the most part when the last of it comes", async () => {
    await trace([]);
    const calls = callsOf(/write|fdatasync/).filter((call) => call.endsWith(`(${target}.part)`));
    const syncs = calls.filter((call) => call.startsWith("fdatasync"));
    expect(syncs.length).toBeGreaterThan(0);
    expect(calls.at(-1)).toMatch(/^write/);
  });

  test.each(["fsync", "fdatasync"])("or else it is not kept for another time (%s)", async (call) => {
    const failure = await trace([`--inject=${call}:error=EIO:when=1`]);
    const message = `fetch-to-fd: ${server.url}: cannot write ${target}: Input/output error\n`;
    expect(failure).toEqual({ status: 1, stderr: message });
    expect(readdirSync(place)).toEqual([]);
  });
});

/** Downloads under strace. */
async function trace(options: readonly string[]): Promise<{ status: number | null; stderr: string }> {
  const calls = "--trace=write,fsync,fdatasync,rename,renameat,renameat2";
  const command = [process.execPath, bin, server.url, "-o", target, "--resume"];
  const child = spawn(
    strace,
    ["-f", "-y", "-qq", "-s", "0", "-o", join(directory, "trace"), calls, ...options, ...command],
    // strace counts the calls of each thread by itself.
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, UV_THREADPOOL_SIZE: "1" } },
  );
  const [stderr, [status]] = await Promise.all([
    text(child.stderr as NonNullable<typeof child.stderr>),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { status, stderr };
}

/** What was called, in order, each with the files that it was about. */
function callsOf(names: RegExp): string[] {
  const begun = new RegExp(`^\\d+ +(${names.source})\\((.*)`, "gm");
  const traced = readFileSync(join(directory, "trace"), "utf8");
  return Array.from(traced.matchAll(begun), ([, name = "", rest = ""]) => {
    const files = Array.from(rest.matchAll(/\d+<([^>]*)>|"([^"]+)"/g), ([, open, named]) => open ?? named);
    return `${name.replace(/at2?$/, "")}(${files.join(", ")})`;
  });
}
