import { expect, test } from "vitest";
import { humanSize } from "./human-size.ts";

test.each([
  [0n, "0B"],
  [1465n, "1465B"],
  [9999n, "9999B"],
  [10_000n, "9.8K"],
  [10_240n, "10K"],
  [102_400n, "100K"],
  [3_050_820n, "2979K"],
  [123_456_789n, "118M"],
  [123_456_789_123_456_789n, "109P"],
  [987_654_321_987_654_321n, "877P"],
  [-3_050_820n, "2979K"],
])("%s bytes are %s", (bytes, text) => {
  expect(humanSize(bytes)).toBe(text);
});
