import { expect, test } from "vitest";
import { barLine } from "./progress.ts";

const HALF = { received: 512, total: 1024, rate: 512 };

test("a bar is cut to the terminal less ^C, which that writes behind it, its name first", () => {
  expect(barLine("hello-1.0.tgz", HALF, { elapsed: 1000, columns: 80 })).toBe(
    "hello-1.0.tgz    50%  512B 512B/s 00:01",
  );
  expect(barLine("hello-1.0.tgz", HALF, { elapsed: 1000, columns: 34 })).toBe(
    "hello    50%  512B 512B/s 00:01",
  );
  expect(barLine("hello-1.0.tgz", HALF, { elapsed: 1000, columns: 14 })).toBe("    50%  51");
  expect(barLine("hello-1.0.tgz", HALF, { elapsed: 1000, columns: 2 })).toBe("");
});
