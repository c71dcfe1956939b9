import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatVariables, parseVariables } from "./index.ts";

const TEXT = `# how it was built
OPSYS=Linux
PROVIDES= /usr/pkg/lib/a.so
CFLAGS=-O2 -DX=1

no variable
PROVIDES=/usr/pkg/lib/b.so\t
LICENSE=
=nothing
LAST=one`;

describe("variables", () => {
  test("have a value for each of their lines", () => {
    const variables = parseVariables(TEXT);
    expect([...variables]).toEqual([
      ["OPSYS", ["Linux"]],
      ["PROVIDES", ["/usr/pkg/lib/a.so", "/usr/pkg/lib/b.so"]],
      ["CFLAGS", ["-O2 -DX=1"]],
      ["LICENSE", [""]],
      ["LAST", ["one"]],
    ]);
    expect(variables.get("PROVIDES")).toHaveLength(2);
    expect(variables.get("NONE")).toBeUndefined();
    expect(parseVariables("A=1\r\nB=2\r\n").get("A")).toEqual(["1"]);
  });

  test("are printed as they were read", () => {
    expect(formatVariables(parseVariables(TEXT))).toBe(TEXT);
    const line = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string()).map((parts) => parts.join("=")),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(formatVariables(parseVariables(lines.join("\n")))).toBe(lines.join("\n"));
      }),
      { numRuns: 100 },
    );
  });

  test("change on their own lines only", () => {
    const changed = parseVariables(TEXT)
      .with("PROVIDES", ["/x", "/y"])
      .with("LICENSE", [])
      .with("NEW", ["n"]);
    expect(changed.text).toBe(`# how it was built
OPSYS=Linux
PROVIDES=/x
PROVIDES=/y
CFLAGS=-O2 -DX=1

no variable
=nothing
LAST=one
NEW=n
`);
    expect(parseVariables("").with("automatic", ["yes"]).text).toBe("automatic=yes\n");
    expect(parseVariables("automatic=yes\n").with("automatic", []).text).toBe("");
  });

  test("that were made are read as they are", () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,9}$/);
    const values = fc.array(
      fc.string().filter((value) => value === value.trim() && !/[\n\0]/.test(value)),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, values), { selector: ([each]) => each }), (variables) => {
        expect([...parseVariables(formatVariables(variables))]).toEqual(variables);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ["A B", "1"],
    ["", "1"],
    ["A=B", "1"],
    ["A", "1\nB=2"],
  ])("cannot be %j with the value %j", (name, value) => {
    expect(() => formatVariables([[name, [value]]])).toThrow(
      expect.objectContaining({ code: "ERR_PACKAGE_SPEC" }),
    );
  });
});
