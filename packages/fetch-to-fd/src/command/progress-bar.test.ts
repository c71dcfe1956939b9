import fc from "fast-check";
import { expect, test } from "vitest";
import { progressLine } from "./progress-bar.ts";

test.each([
  [
    { received: 45_000_000, total: 100_000_000, rate: 1_500_000, secondsLeft: 36.6 },
    " 45% [=========           ]  45 MB of 100 MB  1.5 MB/s  0:37",
  ],
  [
    { received: 999, total: 999_499_999, rate: 0, secondsLeft: undefined },
    "  0% [                             ]  999 B of 999 MB  0 B/s",
  ],
  [
    { received: 1e9, total: 2e9, rate: 99_400, secondsLeft: 7265 },
    " 50% [========         ]  1.0 GB of 2.0 GB  99 kB/s  2:01:05",
  ],
  [
    { received: 5, total: 5, rate: 12, secondsLeft: 0 },
    "100% [=================================]  5 B of 5 B  12 B/s",
  ],
  [
    { received: 0, total: 0, rate: 0, secondsLeft: undefined },
    "100% [==================================]  0 B of 0 B  0 B/s",
  ],
  [{ received: 1e16, rate: 1 }, "10000 TB  1 B/s"],
])("%j is shown as %s", (progress, line) => {
  expect(progressLine(progress, 60)).toBe(line.padEnd(60));
});

test.each([
  [49, " 45%  45 MB of 100 MB  1.5 MB/s  0:37"],
  [32, " 45%  45 MB of 100 MB  1.5 MB/s"],
  [31, " 45%  45 MB of 100 MB  1.5 MB/s"],
  [29, " 45%  45 MB of 100 MB"],
  [7, " 45%"],
  [3, ""],
])("what there is no room for in %d columns is left out", (columns, line) => {
  const progress = { received: 45_000_000, total: 100_000_000, rate: 1_500_000, secondsLeft: 36.6 };
  expect(progressLine(progress, columns)).toBe(line.padEnd(columns));
});

test("a line has always the width that it is to have", () => {
  const amount = fc.nat({ max: 2 ** 50 });
  const progress = fc.record({
    received: amount,
    total: fc.option(amount, { nil: undefined }),
    rate: fc.double({ min: 0, max: 1e12, noNaN: true }),
    secondsLeft: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
  });
  fc.assert(
    fc.property(progress, fc.integer({ min: 1, max: 200 }), (given, columns) => {
      expect(progressLine(given, columns)).toHaveLength(columns);
    }),
  );
});
