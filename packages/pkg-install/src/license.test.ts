import { expect, test } from "vitest";
import { isAcceptable } from "./license.ts";

const acceptable = ["isc", "gnu-gpl-v3", "2-clause-bsd", "openssl"];

test.each([
  ["isc", true],
  ["no-profit", false],
  ["isc AND openssl", true],
  ["isc AND no-profit", false],
  ["no-profit OR isc", true],
  ["no-profit OR shareware", false],
  ["(no-profit OR isc) AND openssl", true],
  ["(no-profit OR isc)AND(openssl AND isc)", true],
  ["no-profit OR (isc AND shareware)", false],
  ["isc AND openssl AND 2-clause-bsd", true],
  ["((isc))", true],
])("%s is met: %s", (condition, met) => {
  expect(isAcceptable(condition, acceptable)).toBe(met);
});

test.each([
  "",
  "isc AND openssl OR isc",
  "isc OR openssl AND isc",
  "isc openssl",
  "AND isc",
  "isc AND",
  "(isc",
  "isc)",
  "()",
  "isc, openssl",
  `${"(".repeat(100_000)}isc`,
])("%j cannot be understood", (condition) => {
  expect(isAcceptable(condition, acceptable)).toBeUndefined();
});
