import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { importBpftraceEvents } from "./bpftrace-events.ts";
import type { Imported } from "./imported.ts";

const START = ["ready", "ready", "exec 7 1 app", "brk 7 2 1000"];
/** So late that all has happened. */
const END = 10_000_000;

/** Reads lines that come at one moment, in nanoseconds; tells also until when all had come, each time that it was told. */
async function read(lines: readonly string[], now = END): Promise<Imported & { told: number[] }> {
  const told: number[] = [];
  const imported = await importBpftraceEvents(Readable.from([Buffer.from(`${lines.join("\n")}\n`)]), {
    onReady: () => undefined,
    onBorn: () => undefined,
    onCount: (until) => until !== undefined && told.push(until),
    clock: () => now,
  });
  return { ...imported, told };
}

const growth = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, step) => `brk 7 ${from + step} ${1000 + from + step}`);
const count = (lines: readonly string[]): string[] => [`tick ${END}`, `@events: ${lines.length}`];

it("puts what several processors tell in order, however much of one comes before another's", async () => {
  const lines = [...START, ...growth(40_000, 80_000), ...growth(3, 40_000), ...growth(80_000, 90_000)];
  const { heap, lost } = await read([...lines, ...count(lines)]);
  expect(heap?.totals).toMatchObject({ bytes: 89_999, released: 0, peak: 89_999 });
  expect(lost).toBe(0);
});

it("counts as lost what comes too late to be put in order, and charges it to the next call", async () => {
  const lines = [...START, ...growth(1000, 301_000), ...growth(3, 53), ...growth(301_000, 301_010)];
  const { heap, lost } = await read([...lines, ...count(lines)]);
  expect(heap?.totals).toMatchObject({ bytes: 301_009, released: 0 });
  expect(lost).toBe(50);
});

it("tells that all has come when the count says so, or when nothing has come for long", async () => {
  const tick = (time: number, events: number): string[] => [`tick ${time}`, `@events: ${events}`];
  const all = await read([...START, ...tick(10, 5), ...growth(11, 12), ...tick(20, 5)], 1);
  expect(all.told).toEqual([20]);
  // Each of these happened after the one before it was read.
  const later = Array.from({ length: 40 }, (_, number) => tick(100 + number, 9)).flat();
  const lacking = await read([...START, ...later], 1);
  expect(lacking.told.length).toBeGreaterThan(0);
  expect(lacking.told[0]).toBeGreaterThan(110);
  expect(lacking.lost).toBe(5);
  // These had waited, all of them, and others may wait with them.
  expect((await read([...START, ...later], 1000)).told).toEqual([]);
});

it("takes threads for what they are: parts of a process, which lasts until the last of them ends", async () => {
  const { heap } = await read([
    ...START,
    "thread 7 3 8",
    "fork 7 4 9",
    "exit 7 5 7",
    "brk 7 6 1600",
    "exit 9 7 9",
    "exit 7 8 8",
  ]);
  expect(heap?.totals).toMatchObject({ bytes: 600, calls: 1 });
  expect(heap?.processes.map(({ pid, bytes }) => [pid, bytes])).toEqual([
    [9, 0],
    [7, 600],
  ]);
});

it("goes on with the process when a thread of it runs a program, which ends the others", async () => {
  const { heap } = await read([
    ...START,
    "thread 7 3 8",
    "exit 7 4 7",
    "exec 7 5 other",
    "brk 7 6 5000",
    "brk 7 7 5100",
    "exit 7 8 7",
  ]);
  expect(heap?.processes).toMatchObject([{ pid: 7, command: "other", bytes: 100 }]);
});
