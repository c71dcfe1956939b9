import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool } from "test-support";
import { afterAll, beforeAll, expect, it } from "vitest";
import { available } from "./choose.ts";
import { record } from "./record.ts";

const cc = machineTool("cc");
const strace = machineTool("strace");
const bpftrace = machineTool("bpftrace");
const usable = (await available()).some((tracer) => tracer.name === "bpftrace" && tracer.usable);

/**
 * Grows often in a hurry where told to; or has 100 threads one after the other, of which the last runs itself again once the first
 * has ended; or else runs itself again and again, to end at once.
 */
const PROGRAM = `
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static char **arguments;
static void *nothing(void *none) { return none; }
static void *again(void *first) {
  pthread_join(*(pthread_t *)first, 0);
  execl(arguments[0], arguments[0], "1", (char *)0);
  return 0;
}
int main(int count, char **given) {
  static pthread_t first, thread;
  arguments = given;
  if (count > 2) {
    for (int i = 0; i < 99; i++) {
      pthread_create(&thread, 0, nothing, 0);
      pthread_join(thread, 0);
    }
    first = pthread_self();
    pthread_create(&thread, 0, again, &first);
    pthread_exit(0);
  }
  if (count > 1) {
    for (int i = atoi(arguments[1]); i > 0; i--) sbrk(16);
    return 0;
  }
  for (int i = 0; i < 300; i++) {
    if (fork() == 0) return execl(arguments[0], arguments[0], "1", (char *)0);
    wait(0);
  }
  return 0;
}
`;
const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-bpftrace-"));
const at = (name: string): string => join(directory, name);

beforeAll(() => {
  if (cc === undefined) return;
  writeFileSync(at("grow.c"), PROGRAM);
  const made = spawnSync(cc, ["-O1", "-pthread", "-o", at("grow"), at("grow.c")], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
  const wrapper = `#!/bin/sh\nexec ${strace} -D -e trace=close -o ${at("closed.log")} ${bpftrace} "$@"\n`;
  writeFileSync(at("bpftrace"), wrapper, { mode: 0o700 });
});
afterAll(() => rmSync(directory, { recursive: true }));

it("bpftrace closes none of its own files when it looks up symbols of processes that have ended", async ({
  skip,
}) => {
  skip(!usable || cc === undefined || strace === undefined, "needs bpftrace, strace and cc");
  const path = process.env["PATH"];
  process.env["PATH"] = `${directory}:${path}`;
  const recording = await record([at("grow")], { backend: "bpftrace", stdio: "ignore" }).finally(
    () => (process.env["PATH"] = path),
  );
  expect(recording.totals).toMatchObject({ calls: 300, bytes: 4800 });
  // strace stands beside it and may write for longer.
  const log = (): string => readFileSync(at("closed.log"), "latin1");
  while (!log().includes("+++ exited")) await new Promise((resolve) => setTimeout(resolve, 10));
  const closed = [...log().matchAll(/^close\((\d+)\) += (.*)$/gm)];
  expect(closed.length).toBeGreaterThan(100);
  // One that was open could be one that is needed.
  const wrong = closed.filter(([, file, result]) => result !== "0" && Number(file) < 1 << 20);
  expect(wrong.map(([line]) => line)).toEqual([]);
});

it("bpftrace follows many threads, and a program that one of them runs", async ({ skip }) => {
  skip(!usable || cc === undefined, "needs bpftrace and cc");
  // It must not keep in mind those that have ended.
  process.env["BPFTRACE_MAP_KEYS_MAX"] = "50";
  const command = [at("grow"), "with", "threads"];
  const recording = await record(command, { backend: "bpftrace", stdio: "ignore" }).finally(
    () => delete process.env["BPFTRACE_MAP_KEYS_MAX"],
  );
  expect(recording.processes).toHaveLength(1);
  // Threads take memory from the heap.
  expect([...recording.totals.buckets].filter(([size]) => size === 16)).toEqual([[16, 1]]);
  expect(recording).toMatchObject({ lost: 0, partial: undefined, exit: { code: 0 } });
});

it("what bpftrace loses is told, to the event", async ({ skip }) => {
  skip(!usable || cc === undefined, "needs bpftrace and cc");
  process.env["BPFTRACE_PERF_RB_PAGES"] = "1";
  const recording = await record([at("grow"), "100000"], { backend: "bpftrace", stdio: "ignore" }).finally(
    () => delete process.env["BPFTRACE_PERF_RB_PAGES"],
  );
  expect(recording.lost).toBeGreaterThan(0);
  // What grew in a call that was lost is seen at the next one.
  expect(recording.totals.calls + recording.lost).toBeGreaterThanOrEqual(100_000);
  expect(recording.totals.calls + recording.lost).toBeLessThan(100_050);
  expect(recording.partial).toBeUndefined();
});
