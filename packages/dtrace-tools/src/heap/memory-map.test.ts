import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryMap } from "./memory-map.ts";

const PAGES = 40;
const range = fc.tuple(fc.nat(PAGES - 1), fc.integer({ min: 1, max: 12 }));
const step = fc.oneof(
  fc.record({ kind: fc.constant("map" as const), range, writable: fc.boolean() }),
  fc.record({ kind: fc.constant("unmap" as const), range }),
  fc.record({ kind: fc.constant("protect" as const), range, writable: fc.boolean() }),
);

describe("MemoryMap", () => {
  it("agrees with a list of pages", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const map = new MemoryMap();
        const pages: ("none" | "read" | "write")[] = Array.from({ length: PAGES + 12 }, () => "none");
        const writable = (): number => pages.filter((page) => page === "write").length;
        for (const one of steps) {
          const before = writable();
          const [start, length] = one.range;
          for (let page = start; page < start + length; page++) {
            if (one.kind === "map") pages[page] = one.writable ? "write" : "read";
            else if (one.kind === "unmap") pages[page] = "none";
            else if (pages[page] !== "none") pages[page] = one.writable ? "write" : "read";
          }
          const change =
            one.kind === "unmap" ? map.unmap(start, length) : map[one.kind](start, length, one.writable);
          expect(change).toBe(writable() - before);
        }
      }),
    );
  });

  it("counts only what a reservation makes writable", () => {
    const map = new MemoryMap();
    expect(map.map(0, 1000, false)).toBe(0);
    expect(map.protect(100, 50, true)).toBe(50);
    expect(map.protect(100, 100, true)).toBe(50);
    expect(map.unmap(0, 1000)).toBe(-100);
  });

  it("moves and resizes mappings, and knows nothing of those of files", () => {
    const map = new MemoryMap();
    map.map(0, 100, true);
    expect(map.remap({ start: 0, length: 100 }, { start: 1000, length: 300 })).toBe(200);
    expect(map.unmap(0, 100)).toBe(0);
    expect(map.remap({ start: 5000, length: 100 }, { start: 6000, length: 300 })).toBe(0);
    const copy = map.clone();
    expect(map.unmap(1000, 300)).toBe(-300);
    expect(copy.unmap(1000, 300)).toBe(-300);
  });
});
