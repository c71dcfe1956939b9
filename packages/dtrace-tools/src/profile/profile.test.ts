import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, frameChanges } from "./compare.ts";
import { Profile } from "./profile.ts";
import {
  ALLOCATOR_FRAME,
  filter,
  focus,
  foldAllocator,
  invert,
  mapFrames,
  merge,
  normalise,
} from "./transform.ts";
import { childrenOf } from "./tree.ts";

const name = fc.constantFrom("a", "b", "c", "main", "é");
const stacks = fc.array(fc.tuple(fc.array(name, { maxLength: 6 }), fc.nat(1000)), { maxLength: 30 });

function profileOf(all: readonly (readonly [readonly string[], number])[]): Profile {
  const profile = new Profile();
  for (const [frames, value] of all) profile.add(frames, value);
  return profile;
}

function folded(profile: Profile): Record<string, number> {
  return Object.fromEntries([...profile.stacks()].map(({ frames, value }) => [frames.join(";"), value]));
}

describe("Profile", () => {
  it("sums equal stacks, whatever the order they come in", () => {
    fc.assert(
      fc.property(stacks, (all) => {
        const expected = new Map<string, number>();
        for (const [frames, value] of all) {
          expected.set(frames.join(";"), (expected.get(frames.join(";")) ?? 0) + value);
        }
        expect(folded(profileOf(all))).toEqual(Object.fromEntries(expected));
        expect(folded(profileOf(all.toReversed()))).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  it("takes numbered frames, leaf first", () => {
    const profile = new Profile();
    const ids = Int32Array.from(["leaf", "middle", "root"].map((one) => profile.frame(one)));
    profile.addLeafFirst(ids, 3, 5);
    profile.add(["root", "middle", "leaf"], 2);
    profile.addLeafFirst(ids, 1, 1);
    expect(folded(profile)).toEqual({ "root;middle;leaf": 7, leaf: 1 });
  });

  it("keeps thousands of stacks apart", () => {
    const profile = new Profile();
    for (let at = 0; at < 20_000; at++) profile.add([`f${at % 100}`, `g${at % 7}`, `h${at}`], at);
    for (let at = 0; at < 20_000; at++) profile.add([`f${at % 100}`, `g${at % 7}`, `h${at}`], 1);
    expect(profile.stackCount).toBe(20_000);
    expect(profile.total).toBe((20_000 * 19_999) / 2 + 20_000);
  });
});

describe("the prefix tree", () => {
  it("has the stacks as paths, each node's total the sum of its own value and its children's", () => {
    fc.assert(
      fc.property(stacks, (all) => {
        const profile = profileOf(all);
        const tree = profile.tree();
        const label = (node: number): string => tree.names[tree.frames[node] ?? 0] ?? "";
        for (let node = 0; node < tree.size; node++) {
          const children = [...childrenOf(tree, node)];
          expect(children.map(label)).toEqual(children.map(label).toSorted());
          const below = children.reduce((sum, child) => sum + (tree.totals[child] ?? 0), 0);
          expect(tree.totals[node]).toBe((tree.self[node] ?? 0) + below);
          for (const child of children) expect(tree.parents[child]).toBe(node);
        }
        for (const [number, { frames, value }] of [...profile.stacks()].entries()) {
          const path: string[] = [];
          const end = tree.nodeOfStack[number] ?? 0;
          for (let node = end; node !== 0; node = tree.parents[node] ?? 0) path.unshift(label(node));
          expect(path).toEqual(frames);
          expect(tree.self[end]).toBe(value);
        }
      }),
    );
  });
});

describe("operations on profiles", () => {
  const profile = profileOf([
    [["main", "load", "malloc"], 10],
    [["main", "load", "parse", "malloc"], 20],
    [["main", "store"], 5],
  ]);

  it("filter and focus on frames that match", () => {
    expect(folded(filter(profile, /^load$/))).toEqual({
      "main;load;malloc": 10,
      "main;load;parse;malloc": 20,
    });
    expect(folded(focus(profile, /^load$/))).toEqual({ "load;malloc": 10, "load;parse;malloc": 20 });
  });

  it("turn stacks round, rename frames and leave them out", () => {
    expect(folded(invert(profile))).toEqual({
      "malloc;load;main": 10,
      "malloc;parse;load;main": 20,
      "store;main": 5,
    });
    const renamed = mapFrames(profile, (one) => (one === "parse" ? undefined : one.toUpperCase()));
    expect(folded(renamed)).toEqual({ "MAIN;LOAD;MALLOC": 30, "MAIN;STORE": 5 });
  });

  it("merge adds up, and normalise scales to a total", () => {
    expect(merge([profile, profile, new Profile()]).total).toBe(70);
    expect(folded(normalise(profile, 350))["main;store"]).toBe(50);
    expect(normalise(new Profile(), 100).total).toBe(0);
  });

  it("fold the rows of the allocator into one, and leave a program's own names alone", () => {
    const traced = profileOf([
      [
        [
          "main",
          "load",
          "operator new(unsigned long)",
          "malloc",
          "_int_malloc",
          "sysmalloc",
          "__sbrk",
          "__brk",
        ],
        8,
      ],
      [["main", "load", "__mmap64"], 2],
      [["main", "my_malloc_wrapper", "brk"], 1],
      [["libc.so.1`main", "libc.so.1`malloc", "libc.so.1`_brk_unlocked"], 4],
      [["malloc", "callback"], 3],
      [
        [
          "main",
          "__GI___libc_malloc",
          "tcache_init.part.0",
          "_int_malloc",
          "sysmalloc",
          "__GI___sbrk",
          "__brk",
        ],
        2,
      ],
    ]);
    expect(folded(foldAllocator(traced))).toEqual({
      [`main;load;${ALLOCATOR_FRAME}`]: 10,
      [`main;my_malloc_wrapper;${ALLOCATOR_FRAME}`]: 1,
      [`libc.so.1\`main;${ALLOCATOR_FRAME}`]: 4,
      "malloc;callback": 3,
      [`main;${ALLOCATOR_FRAME}`]: 2,
    });
  });
});

describe("compare", () => {
  it("gives inclusive and exclusive changes of each frame, one that calls itself counted once", () => {
    const before = profileOf([
      [["main", "load"], 100],
      [["main", "f", "f"], 10],
    ]);
    const after = profileOf([
      [["main", "f", "f"], 30],
      [["main", "new"], 1],
    ]);
    expect(frameChanges(compare(before, after))).toEqual([
      { name: "load", before: 100, after: 0, change: -100, selfBefore: 100, selfAfter: 0, selfChange: -100 },
      { name: "main", before: 110, after: 31, change: -79, selfBefore: 0, selfAfter: 0, selfChange: 0 },
      { name: "f", before: 10, after: 30, change: 20, selfBefore: 10, selfAfter: 30, selfChange: 20 },
      { name: "new", before: 0, after: 1, change: 1, selfBefore: 0, selfAfter: 1, selfChange: 1 },
    ]);
  });

  it("keeps each side's whole", () => {
    fc.assert(
      fc.property(stacks, stacks, (one, other) => {
        const comparison = compare(profileOf(one), profileOf(other));
        expect(comparison.before.totals[0]).toBe(profileOf(one).total);
        expect(comparison.after.totals[0]).toBe(profileOf(other).total);
      }),
    );
  });
});
