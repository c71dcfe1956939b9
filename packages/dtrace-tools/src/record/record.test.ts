import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NoTracerError, TargetError } from "../errors.ts";
import { METRICS } from "../heap/totals.ts";
import type { Recording } from "../recording.ts";
import { type BackendName, BACKEND_NAMES } from "./backend.ts";
import { available, backendsFor } from "./choose.ts";
import { record } from "./record.ts";

const MEGABYTE = 1 << 20;
const cc = machineTool("cc");
const strace = machineTool("strace");
const tracers = await available();
const usable = (name: BackendName): boolean =>
  tracers.some((tracer) => tracer.name === name && tracer.usable);
const withCc = backendsFor("brk")
  .filter((name) => name !== "dtrace")
  .map((name) => {
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

/** Sums growth from raw logs, one a process, by the plainest means: a child begins where its parent was. */
function sumRawLogs(): { bytes: number; calls: number } {
  const logs = mkdtempSync(join(directory, "raw-"));
  const traced = "trace=brk,execve,clone,clone3,fork,vfork";
  spawnSync(strace ?? "", ["-ff", "-o", join(logs, "log"), "-e", traced, program], { stdio: "ignore" });
  const births = new Map<string, number | undefined>();
  let bytes = 0;
  let calls = 0;
  const pids = readdirSync(logs).map((name) => Number(name.slice("log.".length)));
  for (const pid of pids.toSorted((a, b) => a - b)) {
    let last = births.get(String(pid));
    for (const line of readFileSync(join(logs, `log.${pid}`), "utf8").split("\n")) {
      if (/^execve\(.*= 0$/.test(line)) last = undefined;
      const child = /^(?:clone|fork|vfork).*= (\d+)$/.exec(line)?.[1];
      if (child !== undefined) births.set(child, last);
      const end = /^brk\(.*= (0x[0-9a-f]+)$/.exec(line)?.[1];
      if (end === undefined) continue;
      if (last !== undefined && Number(end) > last) {
        bytes += Number(end) - last;
        calls++;
      }
      last = Number(end);
    }
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
        const { bytes, calls } = sumRawLogs();
        expect(bytes).toBeGreaterThanOrEqual(12 * MEGABYTE);
        expect(recording.totals).toMatchObject({ bytes, calls, released: MEGABYTE });
        expect(recording).toMatchObject({ exit: { code: 5 }, lost: 0, backend: name });
        // A program that ends as soon as this one does is gone before bpftrace looks names up.
        expect(recording.warnings.filter((text) => !/have no names in them/.test(text))).toEqual([]);
        expect(recording.processes).toHaveLength(2);
        expect(recording.profile.total).toBe(bytes);
        expect([...recording.totals.buckets.values()].reduce((sum, count) => sum + count, 0)).toBe(calls);
        expect(readdirSync(process.env["TMPDIR"] ?? "")).toEqual([]);
      },
    );

    // The others have no stacks, or need frame pointers, which the C library has not.
    it.skipIf(skip || !["perf", "strace-k"].includes(name))(
      `charges with ${name} the functions that grew the heap${note}`,
      async () => {
        const recording = await record([program], { backend: name, stdio: "ignore" });
        expect(under(recording, "large_step")).toBe(9 * MEGABYTE);
        // perf may lose the stacks of a program that a child runs, which has one of the three.
        expect(under(recording, "small_step")).toBeGreaterThanOrEqual((name === "perf" ? 2 : 3) * MEGABYTE);
        expect(under(recording, "small_step")).toBeLessThanOrEqual(3 * MEGABYTE);
      },
    );
  }

  // perf-fp is perf and massif is run as dhat is.
  for (const name of BACKEND_NAMES.filter((one) => !["dtrace", "massif", "perf-fp"].includes(one))) {
    const metric = METRICS.find((one) => backendsFor(one).includes(name));
    const needs = usable(name) ? "" : ` (missing: ${name})`;
    it.skipIf(!usable(name))(
      `tells with ${name} how the command ended, by status or signal${needs}`,
      async () => {
        const run = (script: string): Promise<Recording> =>
          record(["sh", "-c", script], { backend: name, metric });
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
          metric,
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

  it.skipIf(!usable("perf"))("leaves no file of a Node program behind (needs perf)", async () => {
    const cwd = join(directory, "empty");
    mkdirSync(cwd);
    const script = "require('child_process').execFileSync(process.execPath, ['-e', '0'])";
    const recording = await record([process.execPath, "-e", script], { backend: "perf", cwd });
    expect(recording.processes.length).toBeGreaterThanOrEqual(2);
    expect(readdirSync(cwd)).toEqual([]);
    for (const { pid } of recording.processes) expect(existsSync(`/tmp/perf-${pid}.map`)).toBe(false);
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
