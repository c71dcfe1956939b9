import { parsePackingList } from "pkg-archive";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readRelations } from "./relations.ts";

test("the same is found as by reading the whole list", () => {
  const line = fc.constantFrom(
    "@pkgdep foo>=1.0",
    "@pkgdep\t{a,b}-[0-9]*  ",
    "@pkgdep",
    "@pkgdep ",
    "@pkgdepend foo-1",
    "@pkgcfl bar-[0-9]*",
    "@pkgdir share/x",
    "@ignore",
    "@ignore \t",
    "@comment @pkgdep no",
    "@blddep foo-1.1",
    "bin/@pkgdep foo",
    " @pkgdep foo",
    "@cwd /opt",
    "caf\u00e9",
    "",
  );
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), (lines, isEnded) => {
      // Of two in a row the second is itself ignored, and ignores nothing.
      fc.pre(!/@ignore\s*\n+@ignore/.test(lines.join("\n")));
      const text =
        ["@name a-1", "@cwd /opt", ...lines, "@comment", "@pkgcfl last"].join("\n") + (isEnded ? "\n" : "");
      const { dependencies, conflicts } = parsePackingList(text);
      const some = (patterns: readonly string[]): readonly string[] => patterns.filter((each) => each !== "");
      expect(readRelations(Buffer.from(text))).toEqual({
        dependencies: some(dependencies),
        conflicts: some(conflicts),
      });
    }),
    { numRuns: 300 },
  );
});
