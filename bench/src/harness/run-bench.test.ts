import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Inputs } from "../inputs/inputs.ts";
import { toMarkdown } from "../report/to-markdown.ts";
import { toText } from "../report/to-text.ts";
import { IDLE, runBench } from "./run-bench.ts";

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "run-bench-"));
});

afterEach(() => rmSync(scratch, { recursive: true }));

/** A program that holds so many MiB at its end. */
const holding = (mebibytes: number) => [process.execPath, "-e", `Buffer.alloc(${mebibytes} << 20, 1)`];

test("contenders take turns, and each run is prepared", async () => {
  const log = join(scratch, "log");
  const contender = (name: string) => ({
    name,
    command: ["sh", "-c", `echo run ${name} >>${log}`],
    before: () => appendFileSync(log, `before ${name}\n`),
  });
  let closed = false;
  const result = await runBench(
    {
      name: "turns",
      title: "Turns",
      prepare: async () => ({
        contenders: [contender("a"), contender("b")],
        close: () => void (closed = true),
      }),
    },
    new Inputs(scratch),
  );
  const round = ["before a", "run a", "before b", "run b"];
  expect(readFileSync(log, "utf8").trim().split("\n")).toEqual(Array.from({ length: 5 }, () => round).flat());
  expect(result.rows.map(({ name }) => name)).toEqual(["a", "b", IDLE]);
  expect(closed).toBe(true);
});

test("memory is that of the whole process, beside that of a Node that does nothing", async () => {
  const contenders = [
    { name: "small", command: holding(10) },
    { name: "large", command: holding(110), against: "small" },
  ];
  const bench = { name: "memory", title: "Memory", prepare: async () => ({ contenders }) };
  const { rows } = await runBench(bench, new Inputs(scratch));
  const [small, large] = rows;
  const grown = ((large?.peak ?? 0) - (small?.peak ?? 0)) / 2 ** 20;
  expect(grown).toBeGreaterThan(90);
  expect(grown).toBeLessThan(110);
  expect((large?.peakOverIdle ?? 0) - (small?.peakOverIdle ?? 0)).toBe(
    (large?.peak ?? 0) - (small?.peak ?? 0),
  );
  expect(large?.peakRatio).toBeCloseTo((large?.peak ?? 0) / (small?.peak ?? 1));
  expect(large?.ratio).toBeCloseTo((large?.seconds ?? 0) / (small?.seconds ?? 1));
});

test("a contender that fails says why, and the others go on", async () => {
  const contenders = [
    { name: "failing", command: ["sh", "-c", "echo no luck >&2; exit 4"] },
    { name: "absent", command: [join(scratch, "none")] },
    { name: "fine", command: ["true"], against: "failing" },
  ];
  const bench = {
    name: "failing",
    title: "Failing",
    prepare: async () => ({ contenders, missing: ["gone"] }),
  };
  const result = await runBench(bench, new Inputs(scratch));
  expect(result.rows[0]).toEqual({ name: "failing", failure: "failing ended with 4: no luck" });
  expect(result.rows[1]?.failure).toMatch(/^absent ended with 127: .*none|ENOENT/);
  expect(result.rows[2]?.seconds).toBeGreaterThan(0);
  expect(result.rows[2]?.ratio).toBeUndefined();
  const text = toText(result);
  expect(text).toMatch(/^ {2}failing +failing ended with 4: no luck$/m);
  expect(text).toContain("Not on this machine: gone.");
});

test("where there are several to compare with, the slowest counts", async () => {
  const contenders = [
    { name: "one", command: ["true"], against: ["quick", "slow"] },
    { name: "quick", command: ["true"] },
    { name: "slow", command: ["sleep", "0.2"] },
  ];
  const bench = { name: "slowest", title: "Slowest", prepare: async () => ({ contenders }) };
  const result = await runBench(bench, new Inputs(scratch));
  const [one, , slow] = result.rows;
  expect(one?.ratio).toBe((one?.seconds ?? 0) / (slow?.seconds ?? 0));
  expect(toText(result)).toContain('Ratios are to the slowest of "quick" and "slow".');
});

test("a program that measures itself prints milliseconds", async () => {
  const contenders = [
    { name: "good", command: ["echo", "20.5"], limit: 0.15 },
    { name: "bad", command: ["echo", "much"] },
  ];
  const prepare = async () => ({ contenders });
  const bench = { name: "own", title: "Own", quantity: "own time", prepare } as const;
  const result = await runBench(bench, new Inputs(scratch));
  expect(result.rows).toMatchObject([{ seconds: 0.0205 }, { failure: expect.stringContaining("much") }]);
  expect(toText(result)).toMatch(/^ {2}good +20\.50 ms +150 ms$/m);
});

test("a run is written as tables that say when and where it was", () => {
  const result = {
    name: "one",
    title: "One",
    quantity: "time",
    rounds: 5,
    missing: [],
    rows: [
      { name: "ours", seconds: 0.25, peak: 2 ** 21, peakOverIdle: 2 ** 20, against: "theirs", ratio: 0.5 },
    ],
  } as const;
  const machine = {
    date: "2026-05-04",
    processor: "a processor",
    processors: 2,
    memory: "2.0 MiB",
    system: "Linux 6",
    summary: "generated",
    versions: { node: "20.1.2" },
  };
  const page = toMarkdown(machine, [result]);
  expect(page).toContain("2026-05-04, 2 x a processor");
  expect(page).toContain("node 20.1.2");
  expect(page).toContain("## One\n\n| program | time | ratio | peak | over idle | ratio |\n");
  expect(page).toContain("| ours | 250 ms | 0.50x | 2.0 MiB | 1.0 MiB |  |");
  expect(page).toContain('Ratios are to "theirs".');
});
