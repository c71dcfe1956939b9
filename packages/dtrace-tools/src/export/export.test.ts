import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Profile } from "../profile/profile.ts";
import { toFlameGraph } from "./flame-graph.ts";
import { toTenth } from "./flame-layout.ts";
import { colourOf, isPalette, PALETTE_NAMES, type PaletteName } from "./palette.ts";
import { topFrames, toTable } from "./table.ts";

function profileOf(stacks: Record<string, number>): Profile {
  const profile = new Profile();
  for (const [stack, value] of Object.entries(stacks)) profile.add(stack.split(";"), value);
  return profile;
}

/** Throws unless every tag is closed in order and no stray `<` or `&` is left. */
function checkXml(svg: string): void {
  const open: string[] = [];
  const text = svg.replace(/<!\[CDATA\[.*?\]\]>/gs, "").replace(/^<\?xml.*?\?>/, "");
  for (const [tag, end, name, closed] of text.matchAll(
    /<(\/?)([\w-]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>|[<]|&(?!(?:amp|lt|gt|quot);)/g,
  )) {
    if (name === undefined) throw new Error(`stray ${tag}`);
    if (end === "/") {
      if (open.pop() !== name) throw new Error(`unexpected ${tag}`);
    } else if (closed === "") open.push(name);
  }
  expect(open).toEqual([]);
}

const frames = (svg: string): string[] => svg.split("\n").filter((line) => line.startsWith("<g><title>"));

describe("toFlameGraph", () => {
  it("has the geometry that people know", () => {
    const svg = [...toFlameGraph(profileOf({ "main;left": 300, "main;right": 100 }), { width: 420 })].join(
      "",
    );
    // Two frames deep above the root: 3 * 16 + 3 * 12 + 2 * 12 + 10.
    expect(svg).toContain('width="420" height="118"');
    expect(
      frames(svg).map((line) =>
        /<title>(.*)<\/title><rect x="(.*?)" y="(.*?)" width="(.*?)"/.exec(line)?.slice(1),
      ),
    ).toEqual([
      ["all (400 bytes, 100%)", "10.0", "69", "400.0"],
      ["main (400 bytes, 100.00%)", "10.0", "53", "400.0"],
      ["left (300 bytes, 75.00%)", "10.0", "37", "300.0"],
      ["right (100 bytes, 25.00%)", "310.0", "37", "100.0"],
    ]);
    expect([...toFlameGraph(profileOf({ a: 1 }), { subtitle: "x" })].join("")).toContain(
      `height="${2 * 16 + 36 + 34 + 24}"`,
    );
  });

  it("cuts a title that would run into the buttons, and keeps it whole as the page's name", () => {
    const title = "node application.js --with many=arguments".repeat(5);
    const svg = [...toFlameGraph(profileOf({ a: 1 }), { title, width: 700 })].join("");
    expect(svg).toContain(`<title>${title}</title>`);
    const drawn = /<text id="title"[^>]*>(.*)<\/text>/.exec(svg)?.[1] ?? "";
    expect(drawn).toBe(`${title.slice(0, 49)}..`);
  });

  it("puts what a frame did itself left of what it calls", () => {
    const svg = [...toFlameGraph(profileOf({ main: 100, "main;a": 100 }), { width: 220 })].join("");
    expect(frames(svg).at(-1)).toContain('<rect x="110.0"');
  });

  it("leaves frames out that are too narrow, before the height is taken", () => {
    const svg = [...toFlameGraph(profileOf({ wide: 1e6, "thin;thinner": 1 }))].join("");
    expect(frames(svg)).toHaveLength(2);
    expect(svg).toContain(`height="${2 * 16 + 36 + 34}"`);
  });

  it("cuts labels to what there is room for", () => {
    const svg = [...toFlameGraph(profileOf({ abcdefghijklmnopqrstuvwxyz: 1 }), { width: 120 })].join("");
    expect(svg).toContain(">abcdefghijkl..</text>");
  });

  it("writes the thousands of a number apart", () => {
    expect([...toFlameGraph(profileOf({ f: 271671296 }))].join("")).toContain(
      "f (271,671,296 bytes, 100.00%)",
    );
  });

  it("is well formed and the same on every run, whatever the names are", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom("<b>", "]]>", 'a"b&c', "\u0000", "\uD800"),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(name, { maxLength: 4 }), fc.nat(1000)), { maxLength: 8 }),
        name,
        (stacks, title) => {
          const make = (): string => {
            const profile = new Profile();
            for (const [stack, value] of stacks) profile.add(stack, value);
            return [...toFlameGraph(profile, { title, nameType: title })].join("");
          };
          expect(make()).toBe(make());
          checkXml(make());
          // oxlint-disable-next-line no-control-regex
          expect(make()).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("draws the same picture whatever order the stacks came in", () => {
    const one = [...toFlameGraph(profileOf({ "a;b": 1, "a;c": 2, d: 3 }))].join("");
    expect([...toFlameGraph(profileOf({ d: 3, "a;c": 2, "a;b": 1 }))].join("")).toBe(one);
  });

  it("draws stacks that are deeper than the engine's own", () => {
    const profile = new Profile();
    profile.add(
      Array.from({ length: 20_000 }, (_, at) => `f${at}`),
      1,
    );
    expect(frames([...toFlameGraph(profile)].join(""))).toHaveLength(20_001);
    expect(topFrames(profile)).toHaveLength(20);
  });
});

describe("colours", () => {
  it("stay within their palette", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const [red, green, blue] =
          /^rgb\((\d+),(\d+),(\d+)\)$/.exec(colourOf(name, "mem"))?.slice(1).map(Number) ?? [];
        expect(red).toBe(0);
        expect(green).toBeGreaterThanOrEqual(190);
        expect(green).toBeLessThan(240);
        expect(blue).toBeLessThan(210);
      }),
    );
    expect(PALETTE_NAMES.every(isPalette)).toBe(true);
    expect(PALETTE_NAMES).toHaveLength(15);
    expect(isPalette("toString")).toBe(false);
  });
});

describe("palettes of languages", () => {
  it("tell kinds of frames apart", () => {
    const plain = ["aqua", "blue", "green", "orange", "red", "yellow"] as const;
    const kind = (name: string, palette: PaletteName): PaletteName | undefined =>
      plain.find((one) => colourOf(name, one) === colourOf(name, palette));
    expect([
      kind("org/app/Main_[j]", "java"),
      kind("std::vector::push", "java"),
      kind("do_brk_[k]", "java"),
      kind("malloc", "java"),
      kind("parse (/app/x.ts:3)", "js"),
      kind("Builtins: x", "js"),
      kind("Perl_pp_add", "perl"),
      kind("swapper_[w]", "chain"),
    ]).toEqual(["green", "yellow", "orange", "red", "green", "aqua", "green", "aqua"]);
  });
});

describe("toTenth", () => {
  it("rounds ties to even as C does", () => {
    expect([0.25, 0.75, 1.25, 10.35, 0.05, 2].map(toTenth)).toEqual([
      "0.2",
      "0.8",
      "1.2",
      "10.3",
      "0.1",
      "2.0",
    ]);
  });
});

describe("topFrames", () => {
  it("tells equal ones as a backtrace does, callees before callers", () => {
    const profile = new Profile("bytes");
    profile.add(["app", "main", "load", "malloc"], 8);
    const names = topFrames(profile).map(({ name }) => name);
    expect(names).toEqual(["malloc", "load", "main", "app"]);
  });
});

describe("toTable", () => {
  const profile = profileOf({ "main;f;f": 30, "main;g|h": 70 });

  it("counts a frame that calls itself once", () => {
    expect(topFrames(profile).find((frame) => frame.name === "f")).toEqual({
      name: "f",
      self: 30,
      total: 30,
    });
  });

  it("writes for a terminal and for a page", () => {
    expect(toTable(profile, { limit: 1 })).toBe(
      "total bytes       %  self bytes     %  frame\n        100  100.0%           0  0.0%  main\n",
    );
    expect(toTable(profile, { style: "markdown" })).toContain("| 70 | 70.0% | 70 | 70.0% | `g\\|h` |\n");
  });
});
