import { describe, expect, it } from "vitest";
import { checkBudgets, toBaseline, valueUnder } from "./budget.ts";
import { Profile } from "./profile/profile.ts";
import type { Recording } from "./recording.ts";

function recordingOf(stacks: Record<string, number>, peak: number | undefined = 500): Recording {
  const profile = new Profile();
  for (const [stack, value] of Object.entries(stacks)) profile.add(stack.split(";"), value);
  return {
    backend: "strace",
    metric: "brk",
    command: ["app"],
    startedAt: "2026-01-01T00:00:00.000Z",
    duration: 1,
    exit: { code: 0, signal: undefined },
    totals: { bytes: profile.total, calls: 3, released: 0, peak, held: 0, buckets: new Map() },
    processes: [],
    timeline: [],
    profile,
    lost: 0,
    partial: undefined,
    warnings: [],
  };
}

describe("checkBudgets", () => {
  const run = recordingOf({ "main;download": 700, "main;parse": 300 });

  it("judges each of them, with what was found and what was allowed", () => {
    const results = checkBudgets([run], {
      total: "1000",
      peak: 499,
      calls: 2,
      frames: { "^down": "0.5 KiB", absent: 0 },
    });
    expect(results.map(({ name, found, limit, kept }) => [name, found, limit, kept])).toEqual([
      ["total", 1000, 1000, true],
      ["peak", 500, 499, false],
      ["calls", 3, 2, false],
      ["frames /^down/", 700, 512, false],
      ["frames /absent/", 0, 0, true],
    ]);
    expect(results[2]?.message).toBe("calls: 3 calls, more than the budget of 2 calls");
    expect(results[3]?.message).toBe("frames /^down/: 700 bytes, more than the budget of 512 bytes");
    expect(checkBudgets([run], { total: "1 KiB", calls: 1 }).map(({ message }) => message)).toEqual([
      "total: 1000 bytes, within the budget of 1.0 KiB (1024 bytes)",
      "calls: 3 calls, more than the budget of 1 call",
    ]);
  });

  it("takes the median of several runs, so that one odd run does not decide", () => {
    const runs = [100, 5000, 110].map((bytes) => recordingOf({ main: bytes }));
    expect(checkBudgets(runs, { total: 120 })[0]).toMatchObject({ found: 110, kept: true });
  });

  it("allows growth against the baseline beyond the noise of the runs", () => {
    const baseline = { total: 1000, peak: 500, spread: 40 };
    const check = (bytes: number, growth: string): boolean | undefined =>
      checkBudgets([recordingOf({ main: bytes })], { growth }, baseline)[0]?.kept;
    expect([check(1090, "5%"), check(1091, "5%"), check(1140, "100"), check(1141, "100")]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(checkBudgets([run], { growth: "5%" })).toEqual([]);
  });

  it("refuses budgets that cannot be judged", () => {
    const unknown = { ...run, totals: { ...run.totals, peak: undefined } };
    expect(() => checkBudgets([unknown], { peak: 1 })).toThrow(/does not tell the peak/);
    expect(() => checkBudgets([run], { frames: { "(": 1 } })).toThrow(/^frames: Invalid regular expression/);
    expect(() => checkBudgets([], { total: 1 })).toThrow("expected at least one run, found none");
  });

  it("keeps of runs what a later check needs", () => {
    const runs = [100, 130, 110].map((bytes) => recordingOf({ main: bytes }));
    expect(toBaseline(runs)).toEqual({ total: 110, peak: 500, spread: 30 });
    expect(valueUnder(run.profile, /main|download/)).toBe(1000);
  });
});
