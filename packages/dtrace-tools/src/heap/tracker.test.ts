import { describe, expect, it } from "vitest";
import { HeapTracker } from "./tracker.ts";
import { Profile } from "../profile/profile.ts";

function tracker() {
  const profile = new Profile();
  return { profile, heap: new HeapTracker(profile) };
}

describe("HeapTracker", () => {
  it("counts growth from the first result, and neither queries nor failures", () => {
    const { heap, profile } = tracker();
    heap.exec(1, "grow");
    for (const end of [1000, 1000, 1500, 1500, 2500])
      heap.call({ name: "brk", end: end }, { pid: 1, frames: ["main"] });
    const { totals, processes } = heap.finish();
    expect(totals).toMatchObject({ bytes: 1500, calls: 2, released: 0, peak: 1500, held: 1500 });
    expect(processes).toMatchObject([{ pid: 1, command: "grow", bytes: 1500 }]);
    expect([...profile.stacks()]).toEqual([{ frames: ["grow", "main"], value: 1500, count: 2 }]);
  });

  it("lets the heap shrink without forgetting how it grew", () => {
    const { heap } = tracker();
    for (const end of [0, 100, 20, 60]) heap.call({ name: "brk", end: end }, { pid: 1, frames: [] });
    expect(heap.finish().totals).toMatchObject({ bytes: 140, calls: 2, released: 80, peak: 100, held: 60 });
  });

  it("begins a child with its parent's heap and counts inherited memory once in the sum", () => {
    const { heap } = tracker();
    for (const end of [0, 100]) heap.call({ name: "brk", end: end }, { pid: 1, frames: [] });
    heap.fork(2, 1, false);
    heap.call({ name: "brk", end: 130 }, { pid: 2, frames: [] });
    const { totals, processes } = heap.finish();
    expect(totals).toMatchObject({ bytes: 130, peak: 130, held: 130 });
    expect(processes).toMatchObject([
      { pid: 1, peak: 100 },
      { pid: 2, bytes: 30, peak: 130, held: 130 },
    ]);
  });

  it("begins a new heap with exec", () => {
    const { heap } = tracker();
    for (const end of [0, 100]) heap.call({ name: "brk", end: end }, { pid: 1, frames: [] });
    heap.exec(1, "other");
    for (const end of [7000, 7010]) heap.call({ name: "brk", end: end }, { pid: 1, frames: [] });
    expect(heap.finish().totals).toMatchObject({ bytes: 110, calls: 2, peak: 100, held: 10 });
  });

  it("shares one heap between a process and its vfork child until the child runs a program", () => {
    const { heap } = tracker();
    for (const end of [0, 100]) heap.call({ name: "brk", end: end }, { pid: 1, frames: [] });
    heap.fork(2, 1, true);
    heap.call({ name: "brk", end: 150 }, { pid: 2, frames: [] });
    heap.exec(2, "true");
    heap.call({ name: "brk", end: 9000 }, { pid: 2, frames: [] });
    heap.call({ name: "brk", end: 170 }, { pid: 1, frames: [] });
    expect(heap.finish().totals).toMatchObject({ bytes: 170, peak: 170, held: 170 });
  });

  it("takes a used number for a new process", () => {
    const { heap } = tracker();
    heap.call({ name: "brk", end: 0 }, { pid: 1, frames: [] });
    heap.fork(2, 1, false);
    heap.call({ name: "brk", end: 10 }, { pid: 2, frames: [] });
    heap.exit(2);
    heap.fork(2, 1, false);
    heap.call({ name: "brk", end: 20 }, { pid: 2, frames: [] });
    expect(
      heap
        .finish()
        .processes.filter((one) => one.pid === 2)
        .map((one) => one.bytes),
    ).toEqual([10, 20]);
  });
});
