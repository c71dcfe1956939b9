import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { recordOf, REPOSITORY, temporaryDirectory } from "../test/fixture.ts";
import { importSummary, openCatalogue, readSummary, type SummaryRecord } from "./index.ts";

/** For a process of its own: opens a catalogue, and counts its packages whenever it is told to. */
function readerProgram(path: string): string {
  return `
    import Database from ${JSON.stringify(import.meta.resolve("better-sqlite3"))};
    const db = new Database(${JSON.stringify(path)}, { readonly: true, timeout: 0 });
    process.on("message", () => {
      try {
        process.send(db.prepare("SELECT count(*) FROM remote_pkg").pluck().get());
      } catch (error) {
        process.send(error.code);
      }
    });
    process.send("ready");`;
}

function text(version: number): string {
  // More than SQLite keeps in memory, so that rows are in the file before the import has ended.
  const description = "a long text ".repeat(200);
  const names = Array.from({ length: 2000 + version }, (_, index) => `p${index}-${version}`);
  return names.map((PKGNAME) => recordOf({ PKGNAME, DESCRIPTION: description })).join("\n");
}

async function* bytes(version: number): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(text(version));
  for (let start = 0; start < whole.length; start += 65_536) yield whole.subarray(start, start + 65_536);
}

test("readers in other processes wait for nothing and see one whole catalogue, the old or the new", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "pkgin.db");
  const catalogue = openCatalogue(path);
  onTestFinished(() => catalogue.close());
  await importSummary(catalogue, REPOSITORY, readSummary(bytes(1)));
  const program = join(directory, "reader.mjs");
  writeFileSync(program, readerProgram(path));
  const reader = fork(program);
  onTestFinished(() => void reader.kill());
  await once(reader, "message");
  const ask = async () => {
    reader.send("count");
    return ((await once(reader, "message")) as [unknown])[0];
  };
  const seen: unknown[] = [];
  async function* watched(): AsyncGenerator<readonly SummaryRecord[]> {
    for await (const batch of readSummary(bytes(2))) {
      yield batch;
      seen.push(await ask());
    }
  }
  await importSummary(catalogue, REPOSITORY, watched());
  expect(seen.length).toBeGreaterThan(10);
  expect(new Set(seen)).toEqual(new Set([2001]));
  expect(await ask()).toBe(2002);
});

test("another writer is waited for, also one who began while the file was at rest", async () => {
  const path = join(temporaryDirectory(), "pkgin.db");
  openCatalogue(path).close();
  const program = join(dirname(path), "writer.mjs");
  writeFileSync(
    program,
    `import Database from ${JSON.stringify(import.meta.resolve("better-sqlite3"))};
    const db = new Database(${JSON.stringify(path)});
    db.exec("BEGIN IMMEDIATE");
    process.send("writing");
    setTimeout(() => db.exec("ROLLBACK"), 1000);`,
  );
  const writer = fork(program);
  onTestFinished(() => void writer.kill());
  await once(writer, "message");
  const catalogue = openCatalogue(path);
  onTestFinished(() => catalogue.close());
  expect(await importSummary(catalogue, REPOSITORY, readSummary(bytes(1)))).toMatchObject({ total: 2001 });
});

test("who writes at the same time is told so, and nothing is changed", async () => {
  const path = join(temporaryDirectory(), "pkgin.db");
  const catalogue = openCatalogue(path);
  onTestFinished(() => catalogue.close());
  const other = new Database(path);
  onTestFinished(() => void other.close());
  other.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
  catalogue.connection.pragma("busy_timeout = 0");
  await expect(importSummary(catalogue, REPOSITORY, readSummary(bytes(1)))).rejects.toMatchObject({
    code: "ERR_CATALOGUE_BUSY",
    path,
  });
  other.exec("ROLLBACK");
  expect(await importSummary(catalogue, REPOSITORY, readSummary(bytes(1)))).toMatchObject({ total: 2001 });
});
