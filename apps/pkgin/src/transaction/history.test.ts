import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { readHistory } from "./history.ts";
import { HistoryWriter } from "./history-writer.ts";

let file: string;

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "history-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  file = join(directory, "history");
});

const UPGRADE = {
  action: "upgrade",
  before: { fullName: "hello-1.0", keep: true },
  after: { fullName: "hello-2.0", keep: true },
} as const;
const INSTALL = { action: "install", after: { fullName: "libgreet-1.0", keep: false } } as const;

test("a transaction is read back with how each of its changes went", async () => {
  expect(await readHistory(file)).toEqual([]);
  const writer = await HistoryWriter.begin(file, { command: ["upgrade"], changes: [INSTALL, UPGRADE] });
  expect(await readHistory(file)).toMatchObject([
    { id: 1, command: ["upgrade"], status: "running", ended: undefined },
  ]);
  writer.note(0, "begun");
  writer.note(0, "done");
  writer.note(1, "restored", { reason: "the disk is full" });
  writer.end("failed");
  const second = await HistoryWriter.begin(file, { command: ["remove", "hello"], changes: [] });
  second.end("done");
  const [first, last] = await readHistory(file);
  expect(first).toMatchObject({
    status: "failed",
    changes: [
      { ...INSTALL, outcome: "done" },
      { ...UPGRADE, outcome: "restored", reason: "the disk is full" },
    ],
  });
  expect(Number(first?.ended)).toBeGreaterThanOrEqual(Number(first?.began));
  expect(last).toMatchObject({ id: 2, status: "done" });
});

test("a line that was cut off is none, and the next one is whole", async () => {
  const writer = await HistoryWriter.begin(file, { command: ["install", "libgreet"], changes: [INSTALL] });
  writer.note(0, "begun");
  appendFileSync(file, '{"id":1,"change":0,"outc');
  (await HistoryWriter.begin(file, { command: ["upgrade"], changes: [] })).end("done");
  expect(await readHistory(file)).toMatchObject([
    { id: 1, status: "running", changes: [{ outcome: "begun" }] },
    { id: 2, status: "done" },
  ]);
});

test("one that was cut off can be gone on with", async () => {
  await HistoryWriter.begin(file, { command: ["upgrade"], changes: [UPGRADE] });
  const writer = HistoryWriter.resume(file, 1);
  writer.note(0, "done");
  writer.end("interrupted");
  expect(await readHistory(file)).toMatchObject([{ status: "interrupted", changes: [{ outcome: "done" }] }]);
});

test("a file that has become too large loses its beginning, and no number is given twice", async () => {
  const padding = "x".repeat(60_000);
  const lines = Array.from({ length: 80 }, (_, index) =>
    [
      JSON.stringify({ id: index + 1, began: "2026-01-01T00:00:00Z", command: [padding], changes: [] }),
      JSON.stringify({ id: index + 1, ended: "2026-01-01T00:00:01Z", status: "done" }),
    ].join("\n"),
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
  const before = statSync(file).size;
  (await HistoryWriter.begin(file, { command: ["upgrade"], changes: [] })).end("done");
  const records = await readHistory(file);
  expect(readFileSync(file).length).toBeLessThan(before * 0.6);
  expect(records.at(-1)).toMatchObject({ id: 81, command: ["upgrade"] });
  expect(records[0]).toMatchObject({ command: [padding] });
});
