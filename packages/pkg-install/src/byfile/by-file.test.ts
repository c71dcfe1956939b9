import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { realData } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ByFileError } from "../errors.ts";
import { compareText } from "../text.ts";
import { PageFile, PageType } from "./page-file.ts";
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

  describe("of which a number is wrong", () => {
    const entries: [string, string][] = Array.from({ length: 400 }, (_, index) => [
      `/opt/${String(index).padStart(3, "0")}${"/long".repeat(60 + (index % 90))}`,
      index % 150 === 0 ? `@pkgdir ${"a-1 ".repeat(1000)}b-1` : "a-1",
    ]);
    const wrong = [0, 1, 2, 3, 4, 19, 20, 100, 4093, 4095, 4096, 8192, 0xffff, 0xffff_ffff];
    const near = [-8, -4, -2, -1, 1, 2, 4, 8, 256];

    test.each([
      ["leaf", PageType.leaf, ["own", "left", "right", "type", "lower", "upper", "index", "keySize", "size"]],
      ["internal", PageType.internal, ["own", "type", "lower", "upper", "index", "keySize", "size"]],
      ["overflow", PageType.overflow, ["own", "right", "type"]],
    ] as const)("%s pages give what was written or an error", (_, type, fields) => {
      writeByFile(path, entries);
      const bytes = readFileSync(path);
      const starts = Array.from({ length: bytes.length / 4096 }, (__, number) => 4096 * number);
      const pages = starts.filter((start) => bytes.readUInt32LE(start + 12) === type);
      const some = [...new Set([pages[0], pages[Math.floor(pages.length / 2)], pages.at(-1)])];
      const found = some.flatMap((page) => fields.flatMap((field) => damageField(bytes, page ?? 0, field)));
      expect(found).toEqual([]);
    });

    /** Where the field of the page, or of its second item, is, and how many bytes it has. */
    function placeOf(bytes: Buffer, page: number, field: string): [at: number, size: 2 | 4] {
      const index = page + 22;
      const item = page + bytes.readUInt16LE(index);
      const places: Record<string, [number, 2 | 4]> = {
        own: [page, 4],
        left: [page + 4, 4],
        right: [page + 8, 4],
        type: [page + 12, 4],
        lower: [page + 16, 2],
        upper: [page + 18, 2],
        index: [index, 2],
        keySize: [item, 4],
        /** That of a value, or the number of a child. */
        size: [item + 4, 4],
      };
      return places[field] ?? [0, 4];
    }

    /** Writes the database with every wrong value of a field, and answers what was read of it that is neither right nor an error. */
    function damageField(bytes: Buffer, page: number, field: string): readonly unknown[] {
      const [at, size] = placeOf(bytes, page, field);
      const good = bytes.readUIntLE(at, size);
      const values = [...wrong, ...near.map((step) => good + step)];
      return values.flatMap((value) => {
        if (value < 0 || value >= 256 ** size) return [];
        const damaged = Buffer.from(bytes);
        damaged.writeUIntLE(value, at, size);
        writeFileSync(path, damaged);
        const some = entries.filter((_, place) => place % 9 === 0);
        const found = [
          ...outcome(() => [...readByFile(path)], entries),
          ...some.flatMap(([key, owner]) => outcome(() => lookUpByFile(path, key), owner)),
        ];
        return found.map((each) => [`${field} ${value}`, each]);
      });
    }

    /** Nothing where it is what was expected, or an error of the right kind; else what it is. */
    function outcome(read: () => unknown, expected: unknown): readonly unknown[] {
      try {
        const found = read();
        return isDeepStrictEqual(found, expected) ? [] : [found];
      } catch (error) {
        return error instanceof ByFileError ? [] : [error];
      }
    }
  });

  test("whose keys are not in order, or whose value has no NUL, is refused by name", () => {
    writeByFile(path, [
      ["/aaa", "a-1"],
      ["/bbb", "a-1"],
    ]);
    const bytes = readFileSync(path);
    bytes.write("/ccc", bytes.indexOf("/aaa"));
    writeFileSync(path, bytes);
    expect(() => [...readByFile(path)]).toThrow("page 1: its keys are not in order; rebuild it");
    bytes.write("/aaa", bytes.indexOf("/ccc"));
    // The value's bytes become the key's.
    const item = bytes.indexOf("/aaa") - 9;
    bytes.writeUInt32LE(9, item);
    bytes.writeUInt32LE(0, item + 4);
    writeFileSync(path, bytes);
    expect(() => [...readByFile(path)]).toThrow("an entry does not end in its one NUL");
  });

  function errorOf(read: () => unknown): unknown {
    try {
      return void read();
    } catch (error) {
      return error;
    }
  }
});
