import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { machineTool } from "test-support";
import { afterAll, describe, expect, it } from "vitest";
import { Profile } from "../profile/profile.ts";
import { demangle } from "./demangle.ts";
import { nameJavaScript } from "./javascript.ts";

const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-names-"));
afterAll(() => rmSync(directory, { recursive: true }));

function framesOf(profile: Profile): string[] {
  return [...profile.stacks()].flatMap(({ frames }) => frames);
}

function profileOf(...frames: string[]): Profile {
  const profile = new Profile();
  profile.add(frames, 1);
  return profile;
}

describe("demangle", () => {
  it.skipIf(machineTool("c++filt") === undefined)(
    "names C++ and Rust functions (needs c++filt)",
    async () => {
      const mangled = profileOf(
        "main",
        "_ZN5store3putEiPKc",
        "_ZN3app4main17h0123456789abcdefE",
        "a::b::h0123456789abcdef",
      );
      expect(framesOf(await demangle(mangled))).toEqual([
        "main",
        "store::put(int, char const*)",
        "app::main",
        "a::b",
      ]);
    },
  );

  it("leaves what needs no other name as it is", async () => {
    const profile = profileOf("main", "_start", "_Zero but not a symbol?");
    expect(framesOf(await demangle(profile))).toEqual(["main", "_start", "_Zero but not a symbol?"]);
  });
});

describe("nameJavaScript", () => {
  it("tells function, file and line of the names that V8 writes for perf", () => {
    const file = join(directory, "plain.js");
    writeFileSync(file, "function f() {}\n");
    const profile = profileOf(
      "node",
      `JS:^parse ${file}:3:22`,
      `JS:~ ${pathToFileURL(file)}:1:1`,
      "JS:*alloc node:buffer:391:30",
    );
    expect(framesOf(nameJavaScript(profile))).toEqual([
      "node",
      `parse (${file}:3)`,
      `(anonymous) (${file}:1)`,
      "alloc (node:buffer:391)",
    ]);
  });

  it("follows source maps to the original, inline and beside the file", () => {
    // One segment: line 1, column 0 of the compiled file is line 5, column 0 of grow.ts.
    const map = JSON.stringify({ version: 3, sources: ["src/grow.ts"], names: [], mappings: "AAIA" });
    const beside = join(directory, "beside.js");
    writeFileSync(`${beside}.map`, map);
    writeFileSync(beside, "f();\n//# sourceMappingURL=beside.js.map\n");
    const inline = join(directory, "inline.js");
    const data = Buffer.from(map).toString("base64");
    writeFileSync(inline, `f();\n//# sourceMappingURL=data:application/json;base64,${data}\n`);
    const original = join(directory, "src", "grow.ts");
    for (const file of [beside, inline]) {
      expect(framesOf(nameJavaScript(profileOf(`JS:^f ${file}:1:1`)))).toEqual([`f (${original}:5)`]);
      expect(framesOf(nameJavaScript(profileOf(`f (${file}:1:1)`)))).toEqual([`f (${original}:5)`]);
    }
  });
});
