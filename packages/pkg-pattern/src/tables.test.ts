import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { realData } from "test-support";
import { expect, test } from "vitest";
import { bestMatch, compareVersions, matches, patternBases, PatternError, splitName } from "./index.ts";

/* Tables of what pkgsrc's own matcher answers, where they are at hand. */

function rows(name: string): string[][] {
  const path = realData(`patterns/${name}`);
  if (path === undefined) return [];
  const bytes = readFileSync(path);
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
}

function judge(pattern: string, pkgname: string): string {
  try {
    return matches(pattern, pkgname) ? "1" : "0";
  } catch (error) {
    if (error instanceof PatternError) return "E";
    throw error;
  }
}

const haveTables = realData("patterns") !== undefined;
const operators: Record<string, (order: number) => boolean> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
};

test.skipIf(!haveTables)(
  "matching agrees with pkgsrc's tables (skipped without the real-size test data)",
  () => {
    const all = [...rows("match-edge.tsv"), ...rows("match-big.tsv.gz")];
    expect(all.length).toBeGreaterThan(200_000);
    expect(all.filter(([pattern = "", pkgname = "", result]) => judge(pattern, pkgname) !== result)).toEqual(
      [],
    );
  },
);

test.skipIf(!haveTables)(
  "version order agrees with pkgsrc's tables (skipped without the real-size test data)",
  () => {
    const all = [...rows("vercmp-pkglint.tsv"), ...rows("vercmp-big.tsv.gz")];
    expect(all.length).toBeGreaterThan(60_000);
    const wrong = all.filter(([a = "", operator = "", b = "", result]) => {
      const holds = operators[operator]?.(compareVersions(a, b));
      return holds !== (result === "1");
    });
    expect(wrong).toEqual([]);
  },
);

test.skipIf(!haveTables)(
  "the better of two agrees with pkgsrc's table (skipped without the real-size test data)",
  () => {
    const all = rows("order-big.tsv.gz");
    expect(all.length).toBe(20_000);
    const wrong = all.filter(([pattern = "", first = "", second = "", winner]) => {
      const expected = winner === "0" ? undefined : winner === "1" ? first : second;
      return bestMatch(pattern, [first, second].filter(Boolean)) !== expected;
    });
    expect(wrong).toEqual([]);
  },
);

test.skipIf(!haveTables)(
  "the best of a repository agrees with pkgsrc's table (skipped without the real-size test data)",
  () => {
    const all = rows("best-in-repo.tsv.gz");
    expect(all.length).toBe(16_532);
    // The table names only winners, so the repository is what they make up; the winner must win against all of them.
    const byBase = new Map<string, string[]>();
    for (const [, , best = ""] of all) {
      const { base } = splitName(best);
      byBase.set(base, [...(byBase.get(base) ?? []), best]);
    }
    const everything = [...byBase.values()].flat();
    const wrong = all.filter(([pattern = "", count, best]) => {
      if (count === "0") return false;
      const candidates = patternBases(pattern)?.flatMap((base) => byBase.get(base) ?? []) ?? everything;
      return bestMatch(pattern, candidates) !== best;
    });
    expect(wrong).toEqual([]);
  },
);
