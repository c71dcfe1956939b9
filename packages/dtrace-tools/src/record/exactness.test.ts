import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Recording } from "../recording.ts";
import type { BackendName } from "./backend.ts";
import { available } from "./choose.ts";
import { record, type RecordOptions } from "./record.ts";

const MEGABYTE = 1 << 20;
const cc = machineTool("cc");
const strace = machineTool("strace");
const python = machineTool("python3");
const tracers = await available();
const usable = (name: BackendName): boolean =>
  cc !== undefined && strace !== undefined && tracers.some((tracer) => tracer.name === name && tracer.usable);

/** Grows in two functions, runs itself as a child that grows too, and gives some back. */
const C_PROGRAM = `
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) static void small_step(void) { sbrk(${MEGABYTE}); __asm__ volatile(""); }
__attribute__((noinline)) static void large_step(void) { sbrk(3 * ${MEGABYTE}); __asm__ volatile(""); }
int main(int count, char **arguments) {
  small_step();
  if (count > 1) return 4;
  for (int i = 0; i < 3; i++) large_step();
  if (fork() == 0) { small_step(); execl(arguments[0], arguments[0], "leaf", (char *)0); return 1; }
  int status;
  wait(&status);
  sbrk(-${MEGABYTE});
  return 5;
}
`;

/** Allocates blocks of ten pages each, headers included, by two functions. */
const KNOWN_AMOUNTS = `
#include <stdlib.h>
__attribute__((noinline)) static void *first(void) { char *p = malloc(40944); p[0] = 1; return p; }
__attribute__((noinline)) static void *second(void) { char *p = malloc(40944); p[0] = 1; return p; }
int main(void) {
  char *volatile p = malloc(40944);
  for (int i = 0; i < 100; i++) p = first();
  for (int i = 0; i < 50; i++) p = second();
  return p == 0;
}
`;
/** Touches 5,000 pages of one mapping, which it then gives back. */
const PAGES = `
#include <sys/mman.h>
__attribute__((noinline)) static void touch(char *p) { for (long i = 0; i < 5000; i++) p[i * 4096] = 1; __asm__ volatile(""); }
int main(void) {
  char *p = mmap(0, 5000 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(p, 5000 * 4096, MADV_NOHUGEPAGE);
  touch(p);
  return munmap(p, 5000 * 4096);
}
`;
const BLOCK = 40_960;
/** What glibc asks for beyond what it needs, unless told otherwise. */
const STEP = 132 * 1024;

const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-exactness-"));
const at = (name: string): string => join(directory, name);

beforeAll(() => {
  if (cc === undefined) return;
  for (const [name, source] of [
    ["grow", C_PROGRAM],
    ["known", KNOWN_AMOUNTS],
    ["pages", PAGES],
  ] as const) {
    writeFileSync(at(`${name}.c`), source);
    const made = spawnSync(cc, ["-g", "-O1", "-o", at(name), at(`${name}.c`)], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(made.stderr);
  }
  writeFileSync(at("grow.py"), "kept = [bytearray(50000) for _ in range(200)]\n");
  writeFileSync(at("grow.cjs"), "const kept = Array.from({ length: 200 }, () => Buffer.alloc(50_000));\n");
  const pythonLine = python === undefined ? "" : `${python} ${at("grow.py")}\n`;
  const nodeLine = `${process.execPath} ${at("grow.cjs")}\n`;
  writeFileSync(at("all.sh"), `${at("grow")}\n${pythonLine}${nodeLine}exit 9\n`);
  // Stacks of Node by ptrace take too long.
  writeFileSync(at("short.sh"), `${at("grow")}\n${pythonLine}exit 9\n`);
  mkdirSync(at("bin"));
  // What the recorder's strace writes is kept too.
  const wrapper = `#!/bin/sh
for one do shift; [ "$last" = -o ] && wanted=$one && one=${at("copy")}; last=$one; set -- "$@" "$one"; done
mkfifo ${at("copy")}
(tee ${at("raw.log")} < ${at("copy")} > "$wanted" &)
exec ${strace} "$@"
`;
  writeFileSync(at("bin/strace"), wrapper, { mode: 0o700 });
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Growth {
  bytes: number;
  calls: number;
}

/** Sums growth of each process from a raw log by the plainest means, in the order in which calls returned. */
function sumRawLog(): Map<number, Growth> {
  const processOf = new Map<string, number>();
  const ends = new Map<number, number | undefined>();
  const sums = new Map<number, Growth>();
  const begun = new Map<string, string>();
  const early: string[] = [];
  const read = (line: string): void => {
    const [, tid = "", whole = ""] = /^(\d+) +(?:\d+\.\d+ +)?(.*)$/.exec(line) ?? [];
    if (processOf.size === 0) processOf.set(tid, Number(tid));
    const pid = processOf.get(tid);
    // A child may be seen before its parent's call has returned.
    if (tid !== "" && pid === undefined) early.push(line);
    if (pid === undefined) return;
    const [, start] = /^(.*)<unfinished \.\.\.>$/.exec(whole) ?? [];
    if (start !== undefined) begun.set(tid, start);
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(whole) ?? [];
    const text = rest === undefined ? whole : (begun.get(tid) ?? "") + rest;
    const result = /= (0x[0-9a-f]+|\d+)(?: .*)?$/.exec(text)?.[1];
    if (start !== undefined || result === undefined) return;
    if (text.startsWith("execve")) ends.set(pid, undefined);
    if (/^(?:clone|fork|vfork)/.test(text)) {
      const thread = text.includes("CLONE_THREAD");
      processOf.set(result, thread ? pid : Number(result));
      if (!thread) ends.set(Number(result), ends.get(pid));
      for (const one of early.splice(0)) read(one);
    }
    if (!text.startsWith("brk")) return;
    const last = ends.get(pid);
    const sum = sums.get(pid) ?? { bytes: 0, calls: 0 };
    sums.set(pid, sum);
    if (last !== undefined && Number(result) > last) {
      sum.bytes += Number(result) - last;
      sum.calls++;
    }
    ends.set(pid, Number(result));
  };
  for (const line of readFileSync(at("raw.log"), "utf8").split("\n")) read(line);
  return sums;
}

/** Growth of each process that the raw log has too. */
function recorded({ processes }: Recording, raw: ReadonlyMap<number, Growth>): Map<number, Growth> {
  const ours = processes.filter(({ pid }) => raw.has(pid));
  return new Map(ours.map(({ pid, bytes, calls }) => [pid, { bytes, calls }]));
}

function under({ profile }: Recording, name: string): number {
  let sum = 0;
  for (const { frames, value } of profile.stacks()) if (frames.includes(name)) sum += value;
  return sum;
}

describe("totals", () => {
  /** The same run is seen by the recorder and by strace, so that not even Node can differ from itself. */
  const expectExact = async (command: readonly string[], options: RecordOptions): Promise<Recording> => {
    rmSync(at("copy"), { force: true });
    const temporary = mkdtempSync(at("tmp-"));
    process.env["TMPDIR"] = temporary;
    const recording = await record(command, { ...options, stdio: "ignore" }).finally(
      () => delete process.env["TMPDIR"],
    );
    expect(recording.lost).toBe(0);
    expect(recording.partial).toBeUndefined();
    const raw = sumRawLog();
    const sums = [...raw.values()];
    expect(sums.filter(({ bytes }) => bytes >= 10 * MEGABYTE).length).toBeGreaterThanOrEqual(1);
    expect(recorded(recording, raw)).toEqual(raw);
    expect(recording.exit).toEqual({ code: 9, signal: undefined });
    expect(recording.profile.total).toBe(recording.totals.bytes);
    const { buckets, calls } = recording.totals;
    expect([...buckets.values()].reduce((sum, count) => sum + count, 0)).toBe(calls);
    expect(readdirSync(temporary)).toEqual([]);
    return recording;
  };

  it.for(["perf", "perf-fp", "bpftrace"] as const)(
    "of %s are to the byte those of a raw log of the same run, for C, Python and Node",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}, strace and cc`);
      const traced = ["-f", "-o", at("raw.log"), "-e", "trace=brk,execve,clone,clone3,fork,vfork"];
      const { processes } = await expectExact([strace ?? "", ...traced, "sh", at("all.sh")], { backend });
      // strace is one of them, and so is the child that is another program.
      expect(processes.map(({ command }) => command)).toEqual(
        expect.arrayContaining(["strace", "sh", "grow"]),
      );
    },
  );

  it.for([
    ["strace", "all.sh", "C, Python and Node"],
    ["strace-k", "short.sh", "C and Python"],
  ] as const)("of %s are to the byte those of its raw log (%s: %s)", async ([backend, script], { skip }) => {
    skip(!usable(backend), `needs ${backend}, strace and cc`);
    const env = { ...process.env, PATH: `${at("bin")}:${process.env["PATH"]}` };
    const { totals, processes } = await expectExact(["sh", at(script)], { backend, env });
    const sum = [...sumRawLog().values()].reduce((bytes, one) => bytes + one.bytes, 0);
    expect(totals.bytes).toBe(sum);
    expect(totals.released).toBeGreaterThanOrEqual(MEGABYTE);
    // The program's child begins with its parent's heap and then runs a program of its own.
    expect(processes.filter(({ command }) => command === "grow")).toHaveLength(2);
  });
});

describe("stacks", () => {
  it.for(["perf", "strace-k"] as const)(
    "of %s are within a step of what functions allocated, and exact in fine mode",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}, strace and cc`);
      const coarse = await record([at("known")], { backend, stdio: "ignore" });
      for (const [name, blocks] of [
        ["first", 100],
        ["second", 50],
      ] as const) {
        expect(Math.abs(under(coarse, name) - blocks * BLOCK)).toBeLessThanOrEqual(STEP + BLOCK);
      }
      const fine = await record([at("known")], { backend, fine: true, stdio: "ignore" });
      expect(under(fine, "first")).toBe(100 * BLOCK);
      expect(under(fine, "second")).toBe(50 * BLOCK);
    },
  );

  it.for(["perf", "strace-k"] as const)(
    "of %s name the functions that called sbrk",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}, strace and cc`);
      const recording = await record([at("grow")], { backend, stdio: "ignore" });
      expect(under(recording, "large_step")).toBe(9 * MEGABYTE);
      // perf may lose the stacks of a program that a child runs, which has one of the three.
      expect(under(recording, "small_step")).toBeGreaterThanOrEqual((backend === "perf" ? 2 : 3) * MEGABYTE);
      expect(under(recording, "small_step")).toBeLessThanOrEqual(3 * MEGABYTE);
    },
  );

  it.for(["perf", "strace-k"] as const)(
    "of %s charge for mappings, which brk does not show",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}, strace and cc`);
      const { totals, profile } = await record([at("pages")], { backend, metric: "heap", stdio: "ignore" });
      const mapped = [...profile.stacks()].filter(({ value }) => value === 5000 * 4096);
      expect(mapped.map(({ frames }) => frames.includes("main"))).toEqual([true]);
      expect(totals.released).toBeGreaterThanOrEqual(5000 * 4096);
      expect((totals.peak ?? 0) - (totals.held ?? 0)).toBeGreaterThanOrEqual(5000 * 4096);
      const brk = await record([at("pages")], { backend, stdio: "ignore" });
      expect(brk.totals.bytes).toBeLessThan(MEGABYTE);
    },
  );

  it("of perf charge for the pages that functions touch", async ({ skip }) => {
    skip(!usable("perf"), "needs perf, strace and cc");
    const recording = await record([at("pages")], { backend: "perf", metric: "faults", stdio: "ignore" });
    expect(under(recording, "touch")).toBe(5000 * 4096);
  });
});
