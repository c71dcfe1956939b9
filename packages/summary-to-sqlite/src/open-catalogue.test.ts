import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { importText, remoteRows, temporaryDirectory } from "../test/fixture.ts";
import { CatalogueError } from "./errors.ts";
import { openCatalogue } from "./open-catalogue.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

const here = () => join(temporaryDirectory(), "pkgin.db");

function failure(path: string, readOnly = false): CatalogueError {
  try {
    openCatalogue(path, { readOnly }).close();
  } catch (error) {
    if (error instanceof CatalogueError) return error;
  }
  throw new Error("a CatalogueError was expected");
}

test("SQLite keeps as much of the file in memory as told, and 2,000 KiB otherwise", () => {
  const path = here();
  for (const [options, expected] of [
    [{}, -2000],
    [{ cacheSize: 1_000_001 }, -977],
    [{ cacheSize: 64 * 1024, readOnly: true }, -64],
  ] as const) {
    const catalogue = openCatalogue(path, options);
    expect(catalogue.connection.pragma("cache_size", { simple: true })).toBe(expected);
    catalogue.close();
  }
});

test("a new catalogue has the current version and its mark, and is new only once", () => {
  const path = here();
  const made = openCatalogue(path);
  expect(made.isNew).toBe(true);
  expect(made.connection.pragma("user_version", { simple: true })).toBe(MIGRATIONS.length);
  expect(made.connection.pragma("application_id", { simple: true })).toBe(APPLICATION_ID);
  made.close();
  const opened = openCatalogue(path);
  expect(opened.isNew).toBe(false);
  opened.close();
});

test("a catalogue of an earlier version is brought up to date by whoever may write", () => {
  const path = here();
  const old = new Database(path);
  old.pragma(`application_id = ${APPLICATION_ID}`);
  old.exec("PRAGMA user_version = 0");
  old.close();
  expect(failure(path, true)).toMatchObject({
    code: "ERR_CATALOGUE_OPEN",
    message: expect.stringContaining("was made by an earlier version"),
  });
  const catalogue = openCatalogue(path);
  expect(catalogue.connection.pragma("user_version", { simple: true })).toBe(MIGRATIONS.length);
  expect(remoteRows(catalogue)).toEqual([]);
  catalogue.close();
  openCatalogue(path, { readOnly: true }).close();
});

test("a catalogue of a later version is left alone, and the message says what to do", () => {
  const path = here();
  openCatalogue(path).close();
  const later = new Database(path);
  later.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  later.close();
  for (const readOnly of [false, true]) {
    expect(failure(path, readOnly)).toMatchObject({
      code: "ERR_CATALOGUE_NEWER",
      path,
      message: expect.stringContaining("a later release made it: use that, or remove the file"),
    });
  }
});

test("a file of another kind is left alone", () => {
  const path = here();
  writeFileSync(path, "my diary\n");
  expect(failure(path)).toMatchObject({ code: "ERR_CATALOGUE_FOREIGN", path });
  expect(readFileSync(path, "utf8")).toBe("my diary\n");
  const other = new Database(`${path}2`);
  other.exec("CREATE TABLE diary (day, text)");
  other.close();
  const before = readFileSync(`${path}2`);
  expect(failure(`${path}2`)).toMatchObject({ code: "ERR_CATALOGUE_FOREIGN" });
  expect(failure(`${path}2`, true)).toMatchObject({ code: "ERR_CATALOGUE_FOREIGN" });
  expect(readFileSync(`${path}2`).equals(before)).toBe(true);
});

test("the database of the original pkgin is put aside", () => {
  const path = here();
  const original = new Database(path);
  original.exec("CREATE TABLE REMOTE_PKG (PKG_ID INTEGER); CREATE TABLE LOCAL_PKG (PKG_ID INTEGER)");
  original.close();
  const bytes = readFileSync(path);
  const catalogue = openCatalogue(path);
  expect(catalogue).toMatchObject({ isNew: true, replaced: `${path}.old` });
  catalogue.close();
  expect(readFileSync(`${path}.old`).equals(bytes)).toBe(true);
});

test("a damaged catalogue is put aside and made anew", async () => {
  const path = here();
  const whole = openCatalogue(path);
  await importText(whole, "PKGNAME=a-1\n");
  whole.close();
  const bytes = readFileSync(path);
  bytes.fill(0x55, 100, 4096);
  writeFileSync(path, bytes);
  const catalogue = openCatalogue(path);
  expect(catalogue).toMatchObject({ isNew: true, replaced: `${path}.damaged` });
  expect(remoteRows(catalogue)).toEqual([]);
  catalogue.close();
  expect(readFileSync(`${path}.damaged`).equals(bytes)).toBe(true);
});

test("a catalogue that lacks a table or view is damaged: put aside to write, refused to read", () => {
  const parts = new Database(":memory:");
  for (const step of MIGRATIONS) parts.exec(step);
  const list =
    "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'";
  const all = parts.prepare(list).all() as { type: string; name: string }[];
  parts.close();
  expect(all.length).toBeGreaterThan(15);
  for (const { type, name } of all) {
    const path = here();
    openCatalogue(path).close();
    const file = new Database(path);
    file.exec(`DROP ${type} ${name}`);
    file.close();
    expect(failure(path, true)).toMatchObject({
      code: "ERR_CATALOGUE_DAMAGED",
      message: `${path}: is damaged (it has no ${name}); remove it and read the summaries again`,
    });
    const catalogue = openCatalogue(path);
    expect(catalogue).toMatchObject({ isNew: true, replaced: `${path}.damaged` });
    expect(remoteRows(catalogue)).toEqual([]);
    catalogue.close();
  }
});

test("another kind of file is put aside only where that was asked for", () => {
  const path = here();
  const bytes = Buffer.alloc(9000, "ruined");
  writeFileSync(path, bytes);
  expect(failure(path)).toMatchObject({ code: "ERR_CATALOGUE_FOREIGN", path });
  const catalogue = openCatalogue(path, { replaceForeign: true });
  expect(catalogue).toMatchObject({ isNew: true, replaced: `${path}.damaged` });
  catalogue.close();
  expect(readFileSync(`${path}.damaged`).equals(bytes)).toBe(true);
});

test("what cannot be opened is named", () => {
  const missing = join(temporaryDirectory(), "nowhere", "pkgin.db");
  expect(failure(missing)).toMatchObject({ code: "ERR_CATALOGUE_OPEN", path: missing });
  const none = here();
  expect(failure(none, true)).toMatchObject({
    code: "ERR_CATALOGUE_OPEN",
    message: `${none}: there is no catalogue yet; read a summary first`,
  });
  expect(existsSync(none)).toBe(false);
  const directory = temporaryDirectory();
  expect(failure(directory)).toMatchObject({
    code: "ERR_CATALOGUE_OPEN",
    message: `${directory}: a catalogue of packages was expected, found a directory; move it away or name another`,
  });
});

test("a catalogue at rest can be read in a directory that cannot be written", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "pkgin.db");
  const written = openCatalogue(path);
  await importText(written, "PKGNAME=a-1\nCOMMENT=x\n");
  written.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
  chmodSync(path, 0o444);
  chmodSync(directory, 0o555);
  try {
    const catalogue = openCatalogue(path, { readOnly: true });
    expect(catalogue.remoteFull("a-1")?.comment).toBe("x");
    expect(catalogue.searchText("x")).toHaveLength(1);
    catalogue.close();
  } finally {
    chmodSync(directory, 0o755);
  }
});
