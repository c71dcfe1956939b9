import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importPprof } from "../import/pprof.ts";
import { importSpeedscope } from "../import/speedscope.ts";
import { Profile } from "../profile/profile.ts";
import { toChangeTable } from "./change-table.ts";
import { changeText, toDifferenceGraph } from "./difference-graph.ts";
import { toFlameGraph } from "./flame-graph.ts";
import { toFolded } from "./folded.ts";
import { toHtmlReport } from "./html.ts";
import { toProfileJson } from "./json.ts";
import { toPprof } from "./pprof.ts";
import { quantizeSvg } from "./quantize-svg.ts";
import { toSpeedscope } from "./speedscope.ts";

function profileOf(stacks: Record<string, number>): Profile {
  const profile = new Profile();
  for (const [stack, value] of Object.entries(stacks)) profile.add(stack.split(";"), value);
  return profile;
}

async function* bytesOf(pieces: Iterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const stacks = fc.array(
  fc.tuple(
    fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 1, max: 2 ** 45 }),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("formats of other programs", () => {
  it.each([
    ["speedscope", async (profile: Profile) => importSpeedscope(bytesOf(toSpeedscope(profile)))],
    ["pprof", async (profile: Profile) => importPprof(bytesOf([toPprof(profile)]))],
  ])("%s gives back what was written to it", async (_, roundTrip) => {
    await fc.assert(
      fc.asyncProperty(stacks, async (all) => {
        const profile = new Profile("bytes");
        for (const [frames, value] of all) profile.add(frames, value);
        const { profile: again } = await roundTrip(profile);
        expect(again.unit).toBe("bytes");
        expect([...toFolded(again)].toSorted()).toEqual([...toFolded(profile)].toSorted());
      }),
      { numRuns: 40 },
    );
  });

  it("has pprof's times, compressed", () => {
    const bytes = toPprof(profileOf({ "main;load": 7 }), { startedAt: new Date(1000), duration: 2000 });
    // Fields 9 and 10 of profile.proto, time_nanos and duration_nanos, as varints.
    const plain = gunzipSync(bytes).toString("hex");
    expect(plain).toContain("488094ebdc03");
    expect(plain).toContain("5080a8d6b907");
  });

  it("reads what opens and closes frames", async () => {
    const file = {
      shared: { frames: [{ name: "a" }, { name: "b" }] },
      profiles: [
        {
          type: "evented",
          unit: "milliseconds",
          events: [
            { type: "O", frame: 0, at: 5 },
            { type: "O", frame: 1, at: 7 },
            { type: "C", frame: 1, at: 10 },
            { type: "C", frame: 0, at: 11 },
          ],
        },
      ],
    };
    const { profile } = await importSpeedscope(bytesOf([JSON.stringify(file)]));
    expect([...toFolded(profile)]).toEqual(["a 3\n", "a;b 3\n"]);
  });

  it("refuses what is of another format", async () => {
    await expect(importPprof(bytesOf(["a;b 1\n"]))).rejects.toThrow(/^expected a pprof profile/);
    await expect(importSpeedscope(bytesOf(["{}"]))).rejects.toThrow(/^expected a speedscope file/);
    await expect(importSpeedscope(bytesOf(['{"shared":']))).rejects.toThrow(/not whole JSON/);
  });

  it("writes JSON that names its frames once", () => {
    expect(JSON.parse([...toProfileJson(profileOf({ "a;b": 1, "a;b;b": 2 }))].join(""))).toEqual({
      unit: "bytes",
      total: 3,
      stacks: [
        [[0, 1], 1, 1],
        [[0, 1, 1], 2, 1],
      ],
      frames: ["a", "b"],
    });
  });
});

describe("comparisons", () => {
  const before = profileOf({ "main;load": 100, "main;gone": 50, "main;same": 7 });
  const after = profileOf({ "main;load": 40, "main;same": 7, "main;added|b": 10 });

  it("are told as a table without what is the same", () => {
    expect(toChangeTable(before, after, { style: "markdown" })).toBe(`\
| before | after | change, bytes | % | self change | frame |
|--:|--:|--:|--:|--:|---|
| 157 | 57 | -100 | -63.7% | 0 | \`main\` |
| 100 | 40 | -60 | -60.0% | -60 | \`load\` |
| 50 | 0 | -50 | gone | -50 | \`gone\` |
| 0 | 10 | +10 | new | +10 | \`added\\|b\` |
`);
    expect(toChangeTable(before, before).split("\n")).toHaveLength(2);
  });

  it("say how a value changed", () => {
    expect([changeText(8, 9), changeText(2, 2), changeText(0, 0)]).toEqual(["+12.5%", "0.0%", "0.0%"]);
  });

  it("are drawn the same whatever order the stacks came in", () => {
    const draw = (one: Profile, other: Profile): string => [...toDifferenceGraph(one, other)].join("");
    const shuffled = profileOf({ "main;same": 7, "main;gone": 50, "main;load": 100 });
    expect(draw(shuffled, after)).toBe(draw(before, after));
    // Both panels on one scale: what is half as large is half as wide.
    const wide = draw(profileOf({ a: 100 }), profileOf({ a: 50 }));
    expect([...wide.matchAll(/a \(.*?width="(.*?)"/g)].map((one) => one[1])).toEqual(["1180.0", "590.0"]);
  });
});

describe("options of the flame graph", () => {
  const draw = (options: object): string =>
    [...toFlameGraph(profileOf({ "a;b": 1, c: 999 }), options)].join("");

  it("has the root at the top when it is inverted", () => {
    const [root, child] = [...draw({ inverted: true }).matchAll(/rect x="\S+" y="(\d+)"/g)].map((one) =>
      Number(one[1]),
    );
    expect(child).toBe((root ?? 0) + 16);
  });

  it("leaves out what is narrower than a part of the whole", () => {
    expect(draw({ minWidth: "0.05%" })).toContain("<title>b (");
    expect(draw({ minWidth: "0.2%" })).not.toContain("<title>b (");
  });

  it("has colours of its background and a remark", () => {
    const svg = draw({ bgColors: ["#123456", "#abcdef"], notes: "made -- by <me>" });
    expect(svg).toContain('stop-color="#123456"');
    expect(svg).toContain("<!-- made - - by &lt;me&gt; -->");
  });
});

describe("the page and the picture of a distribution", () => {
  it("are the same on every run", () => {
    const make = (): string => [...toHtmlReport({ name: "x", profile: profileOf({ "a;b": 3 }) })].join("");
    expect(make()).toBe(make());
    expect(make()).not.toMatch(/^(?:import|export) /m);
  });

  it("leaves the narrowest frames of a huge profile out, and says so", () => {
    const profile = new Profile();
    for (let stack = 0; stack < 300_100; stack++)
      profile.add([`f${stack % 700}`, `g${stack}`], 1 + (stack % 2));
    const page = [...toHtmlReport({ name: "x", profile })].join("");
    const body = page.slice(0, page.indexOf('<script id="data"'));
    // There are 300,801 nodes.
    expect(body).toMatch(/>801 of the narrowest frames are left out/);
    const data = /<script id="data"[^>]*>(.*)<\/script>/.exec(page)?.[1] ?? "";
    const { tree } = JSON.parse(data) as { tree: { depths: number[]; after: number[] } };
    expect(tree.depths).toHaveLength(300_000);
    // None is left without its parent.
    expect(tree.depths.every((depth, node) => node === 0 || depth <= (tree.depths[node - 1] ?? 0) + 1)).toBe(
      true,
    );
  });

  it("draws a bar for each bucket", () => {
    const svg = quantizeSvg(
      new Map([
        [4096, 3],
        [65_536, 1],
      ]),
      { title: "a < b" },
    );
    expect(svg).toContain("a &lt; b");
    expect([...svg.matchAll(/class="bar".*width="(.*?)"/g)].map((one) => Number(one[1]))).toEqual([
      0, 351, 0, 0, 0, 117, 0,
    ]);
    expect(svg).toContain(">64 KiB<");
  });
});
