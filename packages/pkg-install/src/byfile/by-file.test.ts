import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { realData } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ByFileError } from "../errors.ts";
import { compareText } from "../text.ts";
import { PageFile } from "./page-file.ts";
import { leaves, lookUpByFile, readByFile } from "./read-by-file.ts";
import { writeByFile } from "./write-by-file.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "by-file-"));
  path = join(directory, "pkgdb.byfile.db");
});

afterEach(() => rmSync(directory, { recursive: true }));

const names = ["small", "big", "afterdel", "sparse"];

describe.skipIf(realData("byfile") === undefined)(
  "databases of the original library (skipped without the real-size test data)",
  () => {
    test.each(names)("%s is read in order, and every path is found in it", (name) => {
      const expected = unpack(name);
      expect([...readByFile(path)]).toEqual(expected);
      for (const [key, owner] of expected.filter((_, index) => index % 7 === 0)) {
        expect(lookUpByFile(path, key)).toBe(owner);
      }
      expect(lookUpByFile(path, "/nowhere")).toBeUndefined();
      expect(lookUpByFile(path, "\u{10ffff}")).toBeUndefined();
    });

    test.each(names)("%s is the same after writing it anew", (name) => {
      const expected = unpack(name);
      writeByFile(path, expected);
      expect([...readByFile(path)]).toEqual(expected);
    });

    function unpack(name: string): [string, string][] {
      const read = (file: string): Buffer => gunzipSync(readFileSync(realData(`byfile/${file}.gz`) ?? ""));
      writeFileSync(path, read(`${name}.db`));
      const lines = read(`${name}.tsv`).toString().split("\n").slice(0, -1);
      return lines.map((line) => line.split("\t") as [string, string]);
    }
  },
);

describe("a database of our own", () => {
  test("gives back what was written, sorted by bytes, the first of equal paths", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    const long = fc.integer({ min: 1900, max: 9000 }).map((length) => "x".repeat(length));
    const part = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: long });
    const clean = part.map((value) => value.replaceAll("\0", "_"));
    fc.assert(
      fc.property(fc.array(fc.tuple(clean, clean), { maxLength: 300 }), (entries) => {
        writeByFile(path, entries);
        const expected = [...new Map(entries.toReversed())].toSorted((a, b) => compareText(a[0], b[0]));
        expect([...readByFile(path)]).toEqual(expected);
        for (const [key, owner] of expected) expect(lookUpByFile(path, key)).toBe(owner);
      }),
      { numRuns: 30 },
    );
  });

  test("may have three levels", () => {
    const entries = Array.from({ length: 3000 }, (_, index): [string, string] => [
      `/${"deep/".repeat(60)}${String(index).padStart(6, "0")}${"/long".repeat(120)}`,
      `package-${index}`,
    ]);
    writeByFile(path, entries);
    expect([...readByFile(path)]).toEqual(entries);
    expect(lookUpByFile(path, entries[1234]?.[0] ?? "")).toBe("package-1234");
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test("has room for two entries on each page, however long their paths", () => {
    const entries = Array.from({ length: 60 }, (_, index): [string, string] => [
      `/${String(index).padStart(4, "0")}${"x".repeat(1990 + index)}`,
      "y".repeat(100),
    ]);
    writeByFile(path, entries);
    expect([...readByFile(path)]).toEqual(entries);
    const file = new PageFile(path);
    const counts = [...leaves(file)].map(({ count }) => count);
    file.close();
    expect(Math.min(...counts.slice(0, -1))).toBeGreaterThanOrEqual(2);
  });

  test("keeps names that are no UTF-8", () => {
    writeByFile(path, [["/opt/caf\udce9", "a-1"]]);
    expect(readFileSync(path).includes(Buffer.from("/opt/caf\xe9\0a-1\0", "latin1"))).toBe(true);
    expect([...readByFile(path)]).toEqual([["/opt/caf\udce9", "a-1"]]);
  });

  test("of no entries, or of no bytes, is empty", () => {
    writeByFile(path, []);
    expect([...readByFile(path)]).toEqual([]);
    expect(lookUpByFile(path, "/a")).toBeUndefined();
    truncateSync(path, 0);
    expect([...readByFile(path)]).toEqual([]);
    expect(lookUpByFile(path, "/a")).toBeUndefined();
  });

  test("that was cut short, or is none, is refused by name", () => {
    writeByFile(path, [["/a", "a-1"]]);
    truncateSync(path, 6000);
    expect(errorOf(() => [...readByFile(path)])).toBeInstanceOf(ByFileError);
    writeFileSync(path, "not a database at all, but long enough");
    expect(() => [...readByFile(path)]).toThrow(/pkgdb\.byfile\.db, page 0: not a BerkeleyDB 1\.85 btree/);
  });

  test("with a damaged byte gives entries or an error of its own kind, never anything else", () => {
    const entries = Array.from({ length: 200 }, (_, index): [string, string] => [
      `/opt/file-${index}`,
      "a-1",
    ]);
    writeByFile(path, [...entries, ["/z", "z".repeat(9000)]]);
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += at % 4096 < 40 ? 1 : 211) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      writeFileSync(path, damaged);
      expect(errorOf(() => [...readByFile(path)]) ?? new ByFileError(path, 0, "")).toBeInstanceOf(
        ByFileError,
      );
    }
  });

  function errorOf(read: () => unknown): unknown {
    try {
      return void read();
    } catch (error) {
      return error;
    }
  }
});
