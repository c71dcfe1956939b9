import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dtraceStacks } from "./dtrace-stacks.ts";
import { Inputs } from "./inputs.ts";
import { installRecords } from "./installed.ts";

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "inputs-"));
});

afterEach(() => rmSync(scratch, { recursive: true }));

const record = (number: number) =>
  `PKGNAME=p${number}-1.0\nDEPENDS=q>=1\nCOMMENT=\u00e9\nBUILD_DATE=2026-01-01 00:00:00 +0000\nDESCRIPTION=text\n\n`;
const text = Array.from({ length: 250 }, (_, number) => record(number)).join("");

function given(): Inputs {
  const file = join(scratch, "given.gz");
  writeFileSync(file, gzipSync(text));
  return new Inputs(scratch, file);
}

test("a summary that is given is used as it is, in any compression", async () => {
  const inputs = given();
  expect(readFileSync(await inputs.summary("none"), "utf8")).toBe(text);
  expect(gunzipSync(readFileSync(await inputs.summary("gzip"))).toString()).toBe(text);
});

test("copies of a summary have names of their own", async () => {
  const copied = readFileSync(await given().summary("none", 3), "utf8");
  expect(copied).toBe(
    text + text.replaceAll("PKGNAME=", "PKGNAME=copy1-") + text.replaceAll("PKGNAME=", "PKGNAME=copy2-"),
  );
});

test("one record of a hundred changes, and nothing else", async () => {
  const before = text.split("\n");
  const changed = gunzipSync(readFileSync(await given().changedSummary("gzip")))
    .toString()
    .split("\n");
  expect(changed).toHaveLength(before.length);
  const different = before.flatMap((line, index) => (line === changed[index] ? [] : [changed[index]]));
  expect(different).toEqual(Array.from({ length: 3 }, () => "BUILD_DATE=2026-11-01 00:00:00 +0000"));
});

test("installed packages are records in a package database, some of an older version", async () => {
  const summary = join(scratch, "summary");
  writeFileSync(summary, text);
  const names = await installRecords(summary, { prefix: scratch, count: 30 });
  expect(names).toHaveLength(30);
  const contents = (name: string) => readFileSync(join(scratch, "pkgdb", name, "+CONTENTS"), "utf8");
  expect(contents("p1-1.0")).toBe(`@name p1-1.0\n@cwd ${scratch}\n@pkgdep q>=1\n`);
  expect(contents("p20-0.0.1")).toContain("@name p20-0.0.1\n");
});

test("a file of zeros has its size and takes no room", async () => {
  const { size, blocks } = statSync(await new Inputs(scratch).zeros("zeros", 1e9));
  expect([size, blocks]).toEqual([1e9, 0]);
});

test("generated stacks are distinct, and as DTrace prints them", () => {
  const trace = Buffer.concat([...dtraceStacks(100)]).toString();
  const stacks = trace.trim().split("\n\n");
  expect(new Set(stacks).size).toBe(100);
  for (const stack of stacks) expect(stack.trim()).toMatch(/^(\S+`\S+\+0x[0-9a-f]+\n +){18}\d+$/);
  expect(trace.length / 100).toBeGreaterThan(850);
  expect(trace.length / 100).toBeLessThan(1050);
});
