import fc from "fast-check";
import { expect, test } from "vitest";
import { isAcceptable } from "./license-policy.ts";

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

/** A condition and whether it is met where names with an `a` in them are acceptable. */
interface Condition {
  readonly text: string;
  readonly isMet: boolean;
}

test("any condition is met as its parts are", () => {
  const name = fc.constantFrom("a", "b.1", "gnu-gpl_v2", "AND-a", "or");
  const { condition } = fc.letrec<{ condition: Condition; single: Condition; several: Condition }>((tie) => ({
    condition: fc.oneof({ depthSize: "small" }, tie("single"), tie("several")),
    single: name.map((text) => ({ text, isMet: text.includes("a") })),
    several: fc
      .tuple(fc.constantFrom("AND", "OR"), fc.array(tie("condition"), { minLength: 1, maxLength: 4 }))
      .map(([operator, parts]) => ({
        text: parts.map(({ text }) => `(${text})`).join(` ${operator} `),
        isMet: operator === "AND" ? parts.every(({ isMet }) => isMet) : parts.some(({ isMet }) => isMet),
      })),
  }));
  fc.assert(
    fc.property(condition, ({ text, isMet }) => {
      expect(isAcceptable(text, ["a", "AND-a"])).toBe(isMet);
      expect(isAcceptable(`${text} )`, ["a"])).toBeUndefined();
      expect(isAcceptable(`${text} a`, ["a"])).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});
