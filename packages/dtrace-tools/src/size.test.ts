import { describe, expect, it } from "vitest";
import { formatSize, parseSize } from "./size.ts";

describe("parseSize", () => {
  it("reads what people write", () => {
    expect(["16 MiB", "1.5GB", "64k", "12", 4096, " 1 gib "].map(parseSize)).toEqual([
      16_777_216, 1_500_000_000, 65_536, 12, 4096, 1_073_741_824,
    ]);
  });

  it("refuses anything else", () => {
    for (const text of ["", "MiB", "-1", "1e3", "5 parsecs", "toString"]) {
      expect(() => parseSize(text)).toThrow(/^expected a size such as "16 MiB"/);
    }
  });
});

describe("formatSize", () => {
  it("writes what a person reads", () => {
    expect([0, 1023, 1024, 1_572_864, -2048, 2 ** 42].map(formatSize)).toEqual([
      "0 bytes",
      "1023 bytes",
      "1.0 KiB",
      "1.5 MiB",
      "-2.0 KiB",
      "4.0 TiB",
    ]);
  });
});
