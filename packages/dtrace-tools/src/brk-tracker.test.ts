import { describe, expect, it } from "vitest";
import { BrkTracker } from "./brk-tracker.ts";
import { Profile } from "./profile/profile.ts";

function tracker() {
  const profile = new Profile();
  return { profile, heap: new BrkTracker(profile) };
}

describe("BrkTracker", () => {
  it("counts growth from the first result, and neither queries nor failures", () => {
    const { heap, profile } = tracker();
    heap.exec(1, "grow");
    for (const end of [1000, 1000, 1500, 1500, 2500]) heap.brk(1, end, ["main"]);
    const { totals, processes } = heap.finish();
    expect(totals).toMatchObject({ bytes: 1500, calls: 2, released: 0, peak: 1500, held: 1500 });
    expect(processes).toMatchObject([{ pid: 1, command: "grow", bytes: 1500 }]);
    expect([...profile.stacks()]).toEqual([{ frames: ["grow", "main"], value: 1500, count: 2 }]);
  });

  it("lets the heap shrink without forgetting how it grew", () => {
    const { heap } = tracker();
    for (const end of [0, 100, 20, 60]) heap.brk(1, end, []);
    expect(heap.finish().totals).toMatchObject({ bytes: 140, calls: 2, released: 80, peak: 100, held: 60 });
  });

  it("begins a child with its parent's heap and counts inherited memory once in the sum", () => {
    const { heap } = tracker();
    for (const end of [0, 100]) heap.brk(1, end, []);
    heap.fork(2, 1, false);
    heap.brk(2, 130, []);
    const { totals, processes } = heap.finish();
    expect(totals).toMatchObject({ bytes: 130, peak: 130, held: 130 });
    expect(processes).toMatchObject([
      { pid: 1, peak: 100 },
      { pid: 2, bytes: 30, peak: 130, held: 130 },
    ]);
  });

  it("begins a new heap with exec", () => {
    const { heap } = tracker();
    for (const end of [0, 100]) heap.brk(1, end, []);
    heap.exec(1, "other");
    for (const end of [7000, 7010]) heap.brk(1, end, []);
    expect(heap.finish().totals).toMatchObject({ bytes: 110, calls: 2, peak: 100, held: 10 });
  });

  it("shares one heap between a process and its vfork child until the child runs a program", () => {
    const { heap } = tracker();
    for (const end of [0, 100]) heap.brk(1, end, []);
    heap.fork(2, 1, true);
    heap.brk(2, 150, []);
    heap.exec(2, "true");
    heap.brk(2, 9000, []);
    heap.brk(1, 170, []);
    expect(heap.finish().totals).toMatchObject({ bytes: 170, peak: 170, held: 170 });
  });

  it("takes a used number for a new process", () => {
    const { heap } = tracker();
    heap.brk(1, 0, []);
    heap.fork(2, 1, false);
    heap.brk(2, 10, []);
    heap.exit(2);
    heap.fork(2, 1, false);
    heap.brk(2, 20, []);
    expect(
      heap
        .finish()
        .processes.filter((one) => one.pid === 2)
        .map((one) => one.bytes),
    ).toEqual([10, 20]);
  });
});
