import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions } from "./version.ts";

test.each([
  ["1", "1.0"],
  ["1.0", "1.0.0"],
  ["1.0a", "1.0.1"],
  ["1.0.1", "1.0pl1"],
  ["1.0pl1", "1.0_1"],
  ["2.0pre", "2.0rc"],
  ["2.0", "2.0pl"],
  ["5.5", "5.005"],
  ["1.0RC2", "1.0rc2"],
  ["1.0A", "1.0a"],
  ["1.0+", "1.0"],
  ["1.0nb", "1.0"],
  ["1.0nb1nb2", "1.0nb2"],
  ["007", "7"],
])("%s equals %s", (a, b) => {
  expect(compareVersions(a, b)).toBe(0);
});

test.each([
  ["1.0alpha", "1.0beta"],
  ["1.0beta", "1.0rc1"],
  ["1.0rc1", "1.0"],
  ["1.0", "1.0nb1"],
  ["1.0nb1", "1.0a"],
  ["1.1", "1.1blah2"],
  ["1alphabeta", "1beta"],
  ["1.2", "1.10"],
  ["1..2", "1.2"],
  ["20110824192219", "20110824192220"],
  ["99999999999999999999998", "99999999999999999999999"],
  ["999999999999999", "1000000000000000"],
])("%s is older than %s", (a, b) => {
  expect(compareVersions(a, b)).toBe(-1);
  expect(compareVersions(b, a)).toBe(1);
});

test("places that hold only zeros move the rest: 1..2 is not 1.2", () => {
  expect(compareVersions("1..2", "1.2")).not.toBe(0);
});

const version = fc.stringMatching(/^[0-9a-z._-]{0,12}$/);

test("the order is the same seen from both sides", () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
    }),
  );
});

test("the order is transitive", () => {
  fc.assert(
    fc.property(version, version, version, (...versions) => {
      const [a, b, c] = versions.toSorted(compareVersions) as [string, string, string];
      expect(compareVersions(a, b)).toBeLessThanOrEqual(0);
      expect(compareVersions(b, c)).toBeLessThanOrEqual(0);
      expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
