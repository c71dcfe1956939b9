import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHtmlReport } from "../export/html.ts";
import type { Recording } from "../recording.ts";
import type { BackendName } from "./backend.ts";
import { available } from "./choose.ts";
import { record } from "./record.ts";

const cc = machineTool("cc");
const tracers = await available();
const usable = (name: BackendName): boolean =>
  cc !== undefined && tracers.some((tracer) => tracer.name === name && tracer.usable);

/** Allocates by two functions what is known, and runs itself again as a child that allocates less. */
const PROGRAM = `
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) static void *leaf_small(void) { char *p = malloc(10000); p[0] = 1; return p; }
__attribute__((noinline)) static void *leaf_big(void) { char *p = calloc(5, 100000); p[0] = 1; return p; }
int main(int count, char **arguments) {
  void *kept[64];
  if (count > 1) { kept[0] = leaf_small(); return kept[0] == 0; }
  for (int i = 0; i < 64; i++) kept[i] = leaf_small();
  for (int i = 0; i < 32; i++) free(kept[i]);
  kept[0] = leaf_big();
  if (fork() == 0) { execl(arguments[0], arguments[0], "child", (char *)0); return 1; }
  wait(0);
  if (arguments[0][0] == '.') abort();
  return kept[0] == kept[40] ? 1 : 6;
}
`;

const SCRIPT = `
function kept() { const all = []; for (let i = 0; i < 300000; i++) all.push({ number: i, list: [i] }); return all; }
function dropped() { let sum = 0; for (let i = 0; i < 3e6; i++) sum += [i, i, i].length; return sum; }
const all = [kept(), dropped(), Buffer.alloc(20_000_000, 1)];
if (process.argv[2] === "parent") require("node:child_process").spawnSync(process.execPath, [__filename]);
process.exit(all.length);
`;

const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-allocations-"));
const program = join(directory, "grow");
const script = join(directory, "grow script.cjs");

beforeAll(() => {
  writeFileSync(script, SCRIPT);
  if (cc === undefined) return;
  writeFileSync(`${program}.c`, PROGRAM);
  const made = spawnSync(cc, ["-g", "-O1", "-o", program, `${program}.c`], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
});
afterAll(() => rmSync(directory, { recursive: true }));

const run = (command: string[], backend: BackendName): Promise<Recording> =>
  record(command, { backend, metric: "allocations", stdio: "ignore" });

function under({ profile }: Recording, pattern: RegExp): number {
  let sum = 0;
  for (const { frames, value } of profile.stacks())
    if (frames.some((name) => pattern.test(name))) sum += value;
  return sum;
}

describe("recorders of allocations", () => {
  it.skipIf(!usable("heaptrack"))("heaptrack counts every allocation (needs heaptrack, cc)", async () => {
    const recording = await run([program], "heaptrack");
    expect(under(recording, /^leaf_small$/)).toBe(640_000);
    expect(under(recording, /^leaf_big$/)).toBe(500_000);
    expect(recording.totals.bytes).toBe(recording.profile.total);
    // Its library's own emergency pool is in both.
    expect((recording.totals.peak ?? 0) - (recording.totals.held ?? 0)).toBeLessThan(100_000);
    expect(recording.totals.released).toBeGreaterThanOrEqual(320_000);
    expect(recording).toMatchObject({ exit: { code: 6 }, partial: undefined, warnings: [], lost: 0 });
    expect(recording.processes).toMatchObject([{ command: "grow" }]);
  });

  it.skipIf(!usable("dhat"))(
    "dhat counts every allocation, of children apart (needs valgrind, cc)",
    async () => {
      const recording = await run([program], "dhat");
      expect(under(recording, /^leaf_small$/)).toBe(650_000);
      expect(under(recording, /^leaf_big$/)).toBe(500_000);
      expect(recording.totals).toMatchObject({
        bytes: 1_150_000,
        calls: 66,
        released: 320_000,
        held: 830_000,
      });
      expect(recording.processes.map(({ command, bytes }) => [command, bytes]).toSorted()).toEqual([
        ["grow", 10_000],
        ["grow", 1_140_000],
      ]);
      expect(recording).toMatchObject({ exit: { code: 6 }, partial: undefined, warnings: [] });
    },
  );

  it.skipIf(!usable("massif"))("massif tells the heap at its largest (needs valgrind, cc)", async () => {
    const recording = await run([program], "massif");
    expect(under(recording, /^leaf_small$/)).toBe(330_000);
    expect(under(recording, /^leaf_big$/)).toBe(500_000);
    expect(recording.totals).toMatchObject({ peak: 830_000, held: 830_000 });
    expect(recording.exit.code).toBe(6);
  });

  it("samples a Node program's functions, what was collected too, with Buffers beside it", async () => {
    const recording = await run(["node", script, "parent"], "node");
    expect(recording.exit.code).toBe(3);
    // Each object has some 80 bytes with its list, each dropped array some 56.
    for (const [name, bytes] of [
      [/^kept /, 2 * 300_000 * 80],
      [/^dropped /, 0],
    ] as const) {
      expect(under(recording, name)).toBeGreaterThan(bytes / 2);
      expect(under(recording, name)).toBeLessThan(2 * Math.max(bytes, 3e6 * 80));
    }
    expect(under(recording, /^kept \(.*grow script\.cjs:2\)$/)).toBeGreaterThan(0);
    expect(recording.processes).toHaveLength(2);
    expect(recording.beside?.["Buffers, largest"]).toBeGreaterThanOrEqual(40_000_000);
    const page = [...toHtmlReport({ name: "app", profile: recording.profile, recording })].join("");
    expect(page).toContain('<div class="name">Buffers, largest</div>');
    expect(recording.totals).toMatchObject({ peak: undefined, held: undefined });
    expect(recording.partial).toBeUndefined();
  });

  it("says that there are no samples of a program that is not Node", async () => {
    const { partial, totals } = await run(["true"], "node");
    expect(partial).toMatch(/^the command left no samples: it is no Node program/);
    expect(totals.bytes).toBe(0);
  });

  it.skipIf(!usable("heaptrack"))(
    "keeps what heaptrack had of a command that was killed (needs heaptrack, cc)",
    async () => {
      const killed = await run(["sh", "-c", `. /dev/null; kill -KILL $$`], "heaptrack");
      expect(killed.exit.signal).toBe("SIGKILL");
      expect(killed.partial).toMatch(/^the command was ended by SIGKILL/);
      const aborted = await record(["./grow"], {
        backend: "heaptrack",
        metric: "allocations",
        cwd: directory,
      });
      expect(aborted.exit.signal).toBe("SIGABRT");
      expect(aborted.partial).toMatch(/^the command was ended by SIGABRT/);
    },
  );

  it.skipIf(!usable("dhat"))(
    "says that dhat could not tell of a command that was killed (needs valgrind, cc)",
    async () => {
      const { exit, partial, totals } = await record(["sleep", "600"], {
        backend: "dhat",
        metric: "allocations",
        onStart: (target) => target.kill("SIGKILL"),
      });
      expect(exit.signal).toBe("SIGKILL");
      expect(partial).toMatch(/^valgrind told nothing of the command: it was ended by SIGKILL/);
      expect(totals.bytes).toBe(0);
    },
  );
});
