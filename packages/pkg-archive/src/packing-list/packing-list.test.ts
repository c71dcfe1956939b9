import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeText, encodeText, formatPackingList, parsePackingList } from "../index.ts";

const HEAD = "@name hello-2.12nb1\n@cwd /usr/pkg\n";
const files = (lines: string): unknown[] =>
  parsePackingList(HEAD + lines).files.map((file) =>
    Object.fromEntries(Object.entries(file).filter(([key, value]) => key !== "kind" && value !== undefined)),
  );

describe("a packing list", () => {
  test("says what a package is and needs", () => {
    expect(
      parsePackingList(`@comment made by hand
@name hello-2.12nb1
@pkgdep gettext-lib>=0.22
@blddep gettext-lib-0.22.5
@pkgcfl gnuhello-[0-9]*
@cwd /usr/pkg
@src /home/build
bin/hello
@comment MD5:0123456789ABCDEF0123456789abcdef
lib/libhello.so
@comment Symlink:libhello.so.1
@exec echo %D %F %B %f
@unexec rm -f %D/%F
@pkgdir share/hello
@dirrm share/old
@option preserve
@display +DISPLAY
@cwd .
@ignore
+COMMENT
@ignore
+DESC
`),
    ).toMatchObject({
      pkgname: "hello-2.12nb1",
      prefix: "/usr/pkg",
      dependencies: ["gettext-lib>=0.22"],
      buildDependencies: ["gettext-lib-0.22.5"],
      conflicts: ["gnuhello-[0-9]*"],
      display: "+DISPLAY",
      items: [
        { kind: "file", path: "bin/hello", md5: "0123456789abcdef0123456789abcdef" },
        { kind: "file", path: "lib/libhello.so", target: "libhello.so.1" },
        { kind: "exec", command: "echo %D %F %B %f", file: "lib/libhello.so" },
        { kind: "unexec", command: "rm -f %D/%F", file: "lib/libhello.so" },
        { kind: "directory", path: "share/hello", isShared: true },
        { kind: "directory", path: "share/old", isShared: false },
      ],
    });
  });

  test("sets modes and owners of the files that follow, until it takes them back", () => {
    expect(
      files("a\n@mode 0555\n@owner root\n@group wheel\nb\n@mode\n@owner\nc\n@mode u+x\n@group\nd\n"),
    ).toEqual([
      { path: "a" },
      { path: "b", mode: 0o555, owner: "root", group: "wheel" },
      { path: "c", group: "wheel" },
      { path: "d" },
    ]);
  });

  test("has old words, too", () => {
    expect(parsePackingList("@name a-1\n@cd /opt\n@cwd .\n")).toMatchObject({ prefix: "/opt" });
  });

  test.each([
    [
      "a comment that does not follow a file",
      "a\n@exec true\n@comment MD5:00000000000000000000000000000000\n",
    ],
    ["a digest that is none", "a\n@comment MD5:00\n"],
    ["another digest", "a\n@comment SHA256:00000000000000000000000000000000\n"],
    ["a comment that is ignored", "a\n@ignore\n@comment MD5:00000000000000000000000000000000\n"],
    ["words that nobody knows", "@cwdfoo /x\n@mtree m\n@ name b-1\n@\na\n"],
    ["white space at the ends of lines", "a \t\r\n\n  \n"],
    ["a line that is ignored, whatever it is", "@ignore\nb\n@ignore\n@name c-1\n@ignore\n@ignore\na\n"],
  ])("passes over %s", (_, lines) => {
    expect(files(lines)).toEqual([{ path: "a" }]);
    expect(parsePackingList(HEAD + lines).pkgname).toBe("hello-2.12nb1");
  });

  test.each([
    ["@cwd /usr/pkg\n", /has no @name/],
    ["@name a-1\n", /packing list of a-1 has no @cwd/],
    ["", /has no @name/],
  ])("must say whose it is, and where", (text, message) => {
    expect(() => parsePackingList(text)).toThrow(message);
  });

  test("is printed as it was read", () => {
    const word = fc.constantFrom(
      "name",
      "cwd",
      "exec",
      "comment",
      "ignore",
      "pkgdep",
      "mode",
      "unheard-of",
      "",
    );
    const rest = fc.stringMatching(/^[ \t]*[!-~ü\t\r ]{0,20}$/);
    const line = fc.oneof(
      rest,
      fc.tuple(word, rest).map(([first, more]) => `@${first} ${more}`),
      // Out of the text, a line feed could leave the parts of a character side by side, which is no text of any bytes.
      fc.uint8Array({ maxLength: 12 }).map((bytes) => decodeText(bytes.filter((byte) => byte !== 10))),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.boolean(), (lines, isCut) => {
        const text = HEAD + lines.join("\n") + (isCut ? "" : "\n");
        const list = parsePackingList(text);
        expect(formatPackingList(list)).toBe(text);
        expect(decodeText(encodeText(text))).toBe(text);
        expect([...list.lines].map((each) => each.text).join("")).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});
