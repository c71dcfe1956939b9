import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BackendName } from "./backend.ts";
import { available } from "./choose.ts";
import { attach } from "./record.ts";

const MEGABYTE = 1 << 20;
const cc = machineTool("cc");
const tracers = await available();
const usable = (name: BackendName): boolean =>
  cc !== undefined && tracers.some((tracer) => tracer.name === name && tracer.usable);

/** Has a heap, says so, waits for a byte, and grows in itself and in a child; with an argument once more at its end. */
const PROGRAM = `
#include <sys/wait.h>
#include <unistd.h>
int main(int count, char **arguments) {
  char byte;
  sbrk(5 * ${MEGABYTE});
  write(1, "!", 1);
  read(0, &byte, 1);
  sbrk(3 * ${MEGABYTE});
  if (fork() == 0) { sbrk(${MEGABYTE}); return 0; }
  wait(0);
  write(1, "!", 1);
  read(0, &byte, 1);
  if (count > 1) sbrk(2 * ${MEGABYTE});
  return 0;
}
`;

const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-attach-"));
const program = join(directory, "waiting");

beforeAll(() => {
  if (cc === undefined) return;
  writeFileSync(`${program}.c`, PROGRAM);
  const made = spawnSync(cc, ["-g", "-o", program, `${program}.c`], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
});
afterAll(() => rmSync(directory, { recursive: true }));

async function start(...args: string[]): Promise<{
  target: ChildProcess;
  pid: number;
  go: () => Promise<unknown>;
  end: Writable;
}> {
  const target = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [stdin, stdout] = [target.stdin, target.stdout];
  await once(stdout, "data");
  const go = (): Promise<unknown> => {
    stdin.write("!");
    return once(stdout, "data");
  };
  return { target, pid: target.pid ?? 0, go, end: stdin };
}

describe("attach", () => {
  it.for(["perf", "strace", "bpftrace"] as const)(
    "by %s counts what a process and its children grow from then on, until it ends",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend} and cc`);
      const { pid, go, end } = await start();
      const recording = await attach(pid, { backend, onStart: () => void go().then(() => end.end()) });
      expect(recording.totals).toMatchObject({ bytes: 4 * MEGABYTE, calls: 2 });
      expect(recording.processes.map(({ bytes }) => bytes).toSorted()).toEqual([MEGABYTE, 3 * MEGABYTE]);
      expect(recording.processes.find((one) => one.pid === pid)?.command).toBe("waiting");
      expect(recording.partial).toBeUndefined();
    },
  );

  it.for(["perf", "strace", "bpftrace"] as const)(
    "by %s lets the process go on when it is told to stop",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend} and cc`);
      const { target, pid, go, end } = await start();
      const stop = new AbortController();
      const recording = await attach(pid, {
        backend,
        signal: stop.signal,
        onStart: () => void go().then(() => stop.abort()),
      });
      expect(recording.totals.bytes).toBe(4 * MEGABYTE);
      expect(target.exitCode).toBeNull();
      end.end();
      expect(await once(target, "exit")).toEqual([0, null]);
    },
  );

  it.for(["perf", "bpftrace"] as const)(
    "by %s charges no call with what the process grew before calls were recorded",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend} and cc`);
      const { pid, go, end } = await start("and once more");
      let grown: Promise<unknown> | undefined;
      const attached = attach(pid, { backend, onStart: () => void grown?.then(() => end.end()) });
      // The tracer needs some time to start.
      grown = go();
      const { totals } = await attached;
      expect(totals.calls).toBeGreaterThan(0);
      // The program's steps are 3 MiB and less; two of them in one would be 5.
      expect([...totals.buckets.keys()].filter((size) => size >= 4 * MEGABYTE)).toEqual([]);
    },
  );

  it("says that there is no such process, or that a tracer cannot do it", async () => {
    await expect(attach(2 ** 22 + 1)).rejects.toThrow("process 4194305: there is no such process");
    await expect(attach(process.pid, { backend: "node", metric: "allocations" })).rejects.toThrow(
      "node cannot be used: it cannot trace a process that runs already",
    );
  });
});
