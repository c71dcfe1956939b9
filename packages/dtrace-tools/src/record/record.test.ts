import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NoTracerError, TargetError } from "../errors.ts";
import type { Recording } from "../recording.ts";
import { type BackendName, BACKEND_NAMES } from "./backend.ts";
import { available } from "./choose.ts";
import { record } from "./record.ts";

const MEGABYTE = 1 << 20;
const cc = machineTool("cc");
const strace = machineTool("strace");
const tracers = await available();
const usable = (name: BackendName): boolean =>
  tracers.some((tracer) => tracer.name === name && tracer.usable);
const withCc = BACKEND_NAMES.filter((name) => name !== "dtrace").map((name) => {
  const missing = [cc === undefined ? "cc" : "", usable(name) ? "" : name].filter((tool) => tool !== "");
  return {
    name,
    skip: missing.length > 0,
    note: missing.length > 0 ? ` (missing: ${missing.join(", ")})` : "",
  };
});

const PROGRAM = `
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) static void small_step(void) { sbrk(${MEGABYTE}); __asm__ volatile(""); }
__attribute__((noinline)) static void large_step(void) { sbrk(3 * ${MEGABYTE}); __asm__ volatile(""); }
int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "leaf") == 0) { small_step(); puts("leaf ran"); return 4; }
  small_step();
  for (int i = 0; i < 3; i++) large_step();
  if (fork() == 0) {
    small_step();
    execl(arguments[0], arguments[0], "leaf", (char *)0);
    return 1;
  }
  int status;
  wait(&status);
  sbrk(-${MEGABYTE});
  return 5;
}
`;

const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-test-"));
const program = join(directory, "grow");

beforeAll(() => {
  // Recordings leave nothing in it.
  process.env["TMPDIR"] = join(directory, "tmp");
  mkdirSync(process.env["TMPDIR"]);
  if (cc === undefined) return;
  const source = join(directory, "grow.c");
  writeFileSync(source, PROGRAM);
  const made = spawnSync(cc, ["-g", "-O1", "-o", program, source], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
});
afterAll(() => {
  delete process.env["TMPDIR"];
  rmSync(directory, { recursive: true });
});

/** Sums growth from a raw log by the plainest means: two processes, known fork and exec, nothing interleaved. */
function sumRawLog(): { bytes: number; calls: number } {
  const log = join(directory, "raw.log");
  spawnSync(strace ?? "", ["-f", "-o", log, "-e", "trace=brk,execve,clone,clone3,fork,vfork", program], {
    stdio: "ignore",
  });
  const ends = new Map<string, number>();
  let bytes = 0;
  let calls = 0;
  let parent: string | undefined;
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const pid = line.slice(0, line.indexOf(" "));
    parent ??= pid;
    if (/execve\(.*= 0$/.test(line)) ends.delete(pid);
    const end = Number(/brk\(.*= (0x[0-9a-f]+)/.exec(line)?.[1]);
    if (Number.isNaN(end)) continue;
    // The child's first brk before its exec compares with its parent's.
    const execed = line.includes("brk(NULL)");
    const last = ends.get(pid) ?? (execed ? undefined : ends.get(parent));
    if (last !== undefined && end > last) {
      bytes += end - last;
      calls++;
    }
    ends.set(pid, end);
  }
  return { bytes, calls };
}

function under({ profile }: Recording, name: string): number {
  let sum = 0;
  for (const { frames, value } of profile.stacks()) if (frames.includes(name)) sum += value;
  return sum;
}

describe("record", () => {
  for (const { name, skip, note } of withCc) {
    it.skipIf(skip || strace === undefined)(
      `counts with ${name} to the byte what a raw log has, across fork and exec${note}`,
      async () => {
        const recording = await record([program], { backend: name, stdio: "ignore" });
        const { bytes, calls } = sumRawLog();
        expect(bytes).toBeGreaterThanOrEqual(12 * MEGABYTE);
        expect(recording.totals).toMatchObject({ bytes, calls, released: MEGABYTE });
        expect(recording).toMatchObject({ exit: { code: 5 }, lost: 0, warnings: [], backend: name });
        expect(recording.processes).toHaveLength(2);
        expect(recording.profile.total).toBe(bytes);
        expect([...recording.totals.buckets.values()].reduce((sum, count) => sum + count, 0)).toBe(calls);
        expect(readdirSync(process.env["TMPDIR"] ?? "")).toEqual([]);
      },
    );

    it.skipIf(skip || name === "strace" || name === "perf-fp")(
      `charges with ${name} the functions that grew the heap${note}`,
      async () => {
        const recording = await record([program], { backend: name, stdio: "ignore" });
        expect(under(recording, "large_step")).toBe(9 * MEGABYTE);
        // perf may lose the stacks of a program that a child runs, which has one of the three.
        expect(under(recording, "small_step")).toBeGreaterThanOrEqual((name === "perf" ? 2 : 3) * MEGABYTE);
        expect(under(recording, "small_step")).toBeLessThanOrEqual(3 * MEGABYTE);
      },
    );

    const needs = usable(name) ? "" : ` (missing: ${name})`;
    it.skipIf(!usable(name))(
      `tells with ${name} how the command ended, by status or signal${needs}`,
      async () => {
        const run = (script: string): Promise<Recording> => record(["sh", "-c", script], { backend: name });
        expect((await run("exit 3")).exit).toEqual({ code: 3, signal: undefined });
        expect((await run("kill -KILL $$")).exit).toEqual({ code: undefined, signal: "SIGKILL" });
      },
    );

    it.skipIf(!usable(name))(
      `ends the command when ${name} is told to stop, and keeps what was seen${needs}`,
      async () => {
        const stop = new AbortController();
        const recording = await record(["sleep", "600"], {
          backend: name,
          signal: stop.signal,
          onStart: () => stop.abort(),
        });
        // It may be ended before it has become the program.
        expect(recording.exit.signal).toBe("SIGTERM");
      },
    );
  }

  it("says of a command that cannot be run which one and why", async () => {
    await expect(record(["no-such-program"])).rejects.toThrow(/^no-such-program: no such program in PATH/);
    await expect(record([join(directory, "none")])).rejects.toThrow(/there is no such file/);
    await expect(record([directory])).rejects.toThrow(/it is not a file/);
    await expect(record([])).rejects.toThrow(TargetError);
  });

  it("tells of every tracer whether it can be used, and if not why", async () => {
    expect(tracers.map((tracer) => tracer.name)).toEqual([...BACKEND_NAMES]);
    for (const tracer of tracers) expect(tracer.usable ? tracer.version : tracer.reason).not.toBe("");
  });

  it.skipIf(usable("dtrace"))("refuses a tracer that is not there, and tells why", async () => {
    await expect(record(["true"], { backend: "dtrace" })).rejects.toThrow(NoTracerError);
    await expect(record(["true"], { backend: "dtrace" })).rejects.toThrow(/^dtrace cannot be used: \S/);
  });

  it.skipIf(!usable("strace"))(
    "tells which tracers are passed over for a Node program (needs strace)",
    async () => {
      const passed: BackendName[] = [];
      const recording = await record(["node", "-e", "0"], { onPassedOver: ({ name }) => passed.push(name) });
      expect([...passed, recording.backend]).toEqual(BACKEND_NAMES.slice(0, passed.length + 1));
      expect(recording.backend).not.toBe("strace-k");
      expect(recording.totals.bytes).toBeGreaterThan(0);
    },
  );
});
