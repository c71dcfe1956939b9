import { mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compareText } from "../text.ts";
import { PageFile } from "./page-file.ts";
import { lookUpByFile, readByFile } from "./read-by-file.ts";
import { changedPieces, type OwnerChange } from "./update-by-file.ts";
import { writeByFile, writePieces } from "./write-by-file.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "update-by-file-"));
  path = join(directory, "pkgdb.byfile.db");
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Changes the database as an installation does: a new file takes the place of the old one. */
function update(changes: Iterable<OwnerChange>): void {
  const file = new PageFile(path);
  try {
    writePieces(`${path}.next`, changedPieces(file, new Map(changes)), { sync: false });
  } finally {
    file.close();
  }
  renameSync(`${path}.next`, path);
}

function sorted(expected: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...expected].toSorted((a, b) => compareText(a[0], b[0]));
}

const pathNames = fc.integer({ min: 0, max: 3000 }).map((number) => {
  const long = number % 97 === 0 ? "x".repeat(number) : "";
  return `/opt/${String(number % 7).repeat(number % 50)}/${number}${long}`;
});
const owners = fc.option(
  fc.constantFrom("a-1.0", "package-with-a-long-name-2.0nb17", `@pkgdir ${"p-1 ".repeat(600)}`),
  {
    nil: undefined,
  },
);

test("any changes, one after the other, give what they say", () => {
  const change = fc.tuple(pathNames, owners);
  const batch = fc.oneof(
    fc.array(change, { maxLength: 5 }),
    fc.array(change, { maxLength: 400, size: "max" }),
  );
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 8 }), (batches) => {
      writeByFile(path, []);
      const expected = new Map<string, string>();
      for (const changes of batches) {
        const last = new Map(changes);
        for (const [key, owner] of last) {
          if (owner === undefined) expected.delete(key);
          else expected.set(key, owner);
        }
        update(last);
        expect([...readByFile(path)]).toEqual(sorted(expected));
        for (const [key, owner] of expected) expect(lookUpByFile(path, key)).toBe(owner);
      }
    }),
    { numRuns: 10 },
  );
});

test("pages stay about half full at least, however the changes come", () => {
  const expected = new Map<string, string>();
  const key = (number: number): string =>
    `/opt/example/share/${String((number * 7919) % 10_007).padStart(6, "0")}`;
  for (let number = 0; number < 5000; number++) expected.set(key(number), "first-1.0");
  writeByFile(path, expected);
  const full = statSync(path).size / expected.size;
  for (let number = 5000; number < 5150; number++) {
    update([[key(number), "second-1.0"]]);
    expected.set(key(number), "second-1.0");
  }
  expect([...readByFile(path)]).toEqual(sorted(expected));
  expect(statSync(path).size / expected.size).toBeLessThan(2.2 * full);
  const gone = [...expected.keys()].filter((_, index) => index % 10 !== 0);
  for (let start = 0; start < gone.length; start += 500) {
    update(gone.slice(start, start + 500).map((each) => [each, undefined]));
  }
  for (const each of gone) expected.delete(each);
  expect([...readByFile(path)]).toEqual(sorted(expected));
  expect(statSync(path).size / expected.size).toBeLessThan(2.5 * full);
});
