import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { generateSummary, type SummaryOptions } from "./generate-summary.ts";
import { thisPlatform } from "./platform.ts";

const textOf = (options: SummaryOptions) => Buffer.concat([...generateSummary(options)]).toString();

/** Each record as its variables with their values. */
function recordsOf(text: string): Map<string, string[]>[] {
  return text
    .trimEnd()
    .split("\n\n")
    .map((record) => {
      const fields = new Map<string, string[]>();
      for (const line of record.split("\n")) {
        const [, variable = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
        fields.set(variable, [...(fields.get(variable) ?? []), value]);
      }
      return fields;
    });
}

test("the same options give the same text, another seed gives another", () => {
  expect(textOf({ records: 50 })).toBe(textOf({ records: 50 }));
  expect(textOf({ records: 50, seed: 2 })).not.toBe(textOf({ records: 50 }));
});

test("every record has the variables that a record must have, for this machine, and a name of its own", () => {
  const records = recordsOf(textOf({ records: 3000 }));
  expect(records).toHaveLength(3000);
  const names = records.map((record) => record.get("PKGNAME")?.[0]);
  expect(new Set(names).size).toBe(3000);
  const required = [
    "PKGPATH",
    "COMMENT",
    "DESCRIPTION",
    "CATEGORIES",
    "BUILD_DATE",
    "PKGTOOLS_VERSION",
    "SIZE_PKG",
  ];
  for (const record of records) {
    for (const variable of required) expect(record.has(variable)).toBe(true);
    expect(record.has("")).toBe(false);
    for (const [variable, value] of Object.entries(thisPlatform()))
      expect(record.get(variable)).toEqual([value]);
  }
});

test("most dependencies name a package that is there", () => {
  const records = recordsOf(textOf({ records: 3000 }));
  const bases = new Set(records.map((record) => record.get("PKGNAME")?.[0]?.replace(/-[^-]*$/, "")));
  const patterns = records.flatMap((record) => record.get("DEPENDS") ?? []);
  const plain = patterns.filter((pattern) => /^[^{}]+(>=|-\[0-9\]\*)/.test(pattern));
  const met = plain.filter((pattern) => bases.has(pattern.replace(/(>=|-\[0-9\]\*).*$/, "")));
  expect(met.length / plain.length).toBeGreaterThan(0.99);
  expect(met.length).toBeLessThan(plain.length);
});

test("records have the size and the density of those of a real repository", () => {
  const text = textOf({ records: 5000 });
  const size = Buffer.byteLength(text) / 5000;
  expect(size).toBeGreaterThan(950);
  expect(size).toBeLessThan(1250);
  const ratio = gzipSync(text).length / Buffer.byteLength(text);
  expect(ratio).toBeGreaterThan(0.17);
  expect(ratio).toBeLessThan(0.25);
});

test("a chunk stays small however many records there are", () => {
  for (const chunk of generateSummary({ records: 3000 })) expect(chunk.length).toBeLessThan(256 * 1024);
});
