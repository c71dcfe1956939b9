import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketOf, quantize, quantizeText } from "./quantize.ts";

/** What DTrace printed for four runs of a package manager, each with less memory than the one before. */
const PRINTED: readonly (readonly [numbers: Record<number, number>, text: string])[] = [
  [
    {
      65536: 573,
      131072: 32,
      262144: 23,
      524288: 39,
      1048576: 1,
      2097152: 2,
      4194304: 1,
      8388608: 2,
      16777216: 1,
      134217728: 1,
    },
    `  brk() allocation sizes
           value  ------------- Distribution ------------- count
           32768 |                                         0
           65536 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@       573
          131072 |@@                                       32
          262144 |@                                        23
          524288 |@@                                       39
         1048576 |                                         1
         2097152 |                                         2
         4194304 |                                         1
         8388608 |                                         2
        16777216 |                                         1
        33554432 |                                         0
        67108864 |                                         0
       134217728 |                                         1
       268435456 |                                         0
`,
  ],
  [
    {
      65536: 511,
      131072: 32,
      262144: 23,
      524288: 43,
      1048576: 1,
      2097152: 2,
      4194304: 2,
      8388608: 1,
      16777216: 1,
    },
    `  brk() allocation sizes
           value  ------------- Distribution ------------- count
           32768 |                                         0
           65536 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@        511
          131072 |@@                                       32
          262144 |@                                        23
          524288 |@@@                                      43
         1048576 |                                         1
         2097152 |                                         2
         4194304 |                                         2
         8388608 |                                         1
        16777216 |                                         1
        33554432 |                                         0
`,
  ],
  [
    { 65536: 375, 131072: 2, 1048576: 1, 2097152: 1 },
    `  brk() allocation sizes
           value  ------------- Distribution ------------- count
           32768 |                                         0
           65536 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 375
          131072 |                                         2
          262144 |                                         0
          524288 |                                         0
         1048576 |                                         1
         2097152 |                                         1
         4194304 |                                         0
`,
  ],
  [
    { 65536: 55, 131072: 1, 1048576: 1, 2097152: 1 },
    `  brk() allocation sizes
           value  ------------- Distribution ------------- count
           32768 |                                         0
           65536 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@   55
          131072 |@                                        1
          262144 |                                         0
          524288 |                                         0
         1048576 |@                                        1
         2097152 |@                                        1
         4194304 |                                         0
`,
  ],
];

describe("quantizeText", () => {
  it("writes character for character what DTrace printed", () => {
    for (const [numbers, text] of PRINTED) {
      const buckets = new Map(Object.entries(numbers).map(([bucket, count]) => [Number(bucket), count]));
      expect(quantizeText(buckets, { title: "brk() allocation sizes" })).toBe(text);
    }
  });

  it("keeps DTrace's trailing blanks when asked", () => {
    const [heading, row] = quantizeText(new Map([[1, 2]]), { padded: true }).split("\n");
    expect(heading).toBe("           value  ------------- Distribution ------------- count    ");
    expect(row).toBe("               0 |                                         0        ");
  });

  it("goes through zero to negative values", () => {
    const rows = quantizeText(
      new Map([
        [-2, 1],
        [1, 3],
      ]),
    )
      .split("\n")
      .slice(1, -1);
    expect(rows.map((row) => row.slice(0, 16).trim())).toEqual(["-4", "-2", "-1", "0", "1", "2"]);
  });

  it("draws counts of both signs from a line in the middle", () => {
    const [, , negative, positive] = quantizeText(
      new Map([
        [1, -1],
        [2, 1],
      ]),
    ).split("\n");
    expect(negative).toBe("               1           @@@@@@@@@@|                     -1");
    expect(positive).toBe("               2                     |@@@@@@@@@@           1");
  });

  it("shows an empty distribution around zero", () => {
    expect(quantizeText(new Map()).split("\n").slice(1, -1)).toHaveLength(3);
  });
});

describe("bucketOf", () => {
  it("is the power of two at or below the size, with the sign", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bucket = Math.abs(bucketOf(value));
        expect(Math.sign(bucketOf(value))).toBe(Math.sign(value));
        expect(value === 0 || (bucket <= Math.abs(value) && Math.abs(value) / 2 < bucket)).toBe(true);
      }),
    );
    expect(bucketOf(2 ** 49 - 1)).toBe(2 ** 48);
  });

  it("puts every value into one bucket", () => {
    const buckets = new Map<number, number>();
    for (const value of [1, 2, 3, 4, 7, 8]) quantize(buckets, value);
    quantize(buckets, 5, 10);
    expect([...buckets]).toEqual([
      [1, 1],
      [2, 2],
      [4, 12],
      [8, 1],
    ]);
  });
});
