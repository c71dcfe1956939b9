import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  createReadStream,
  linkSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { machineTool, realData } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect, readWhole } from "../../test/collect.ts";
import { type Compression, decodeText, type PackageSpec, writePackage } from "../index.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pkg-archive-write-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function layOut(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

function spec(more: Partial<PackageSpec> = {}): PackageSpec {
  return {
    pkgname: "test-1.0",
    prefix: "/usr/pkg",
    comment: "A test",
    description: "For a test.",
    root,
    buildInfo: {
      OPSYS: "Linux",
      OS_VERSION: "6",
      MACHINE_ARCH: "x86_64",
      BUILD_DATE: "2026-05-04 03:02:01 +0130",
    },
    ...more,
  };
}

const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

const BUILD_TIME = Date.UTC(2026, 4, 4, 1, 32, 1) / 1000;

const minimal = (contents: string): ReadonlyMap<string, Uint8Array> =>
  new Map([
    ["+CONTENTS", Buffer.from(contents)],
    ["+COMMENT", Buffer.from("A test\n")],
    ["+DESC", Buffer.from("For a test.\n")],
  ]);

describe("a package that is written", () => {
  test("has what its description says", async () => {
    layOut({ "bin/b": "b\n", "bin/a": "a\n", "share/deep/x": "" });
    chmodSync(join(root, "bin/a"), 0o4755);
    symlinkSync("a", join(root, "bin/s"));
    linkSync(join(root, "bin/a"), join(root, "share/hard"));
    const { files, packingList, metadata } = await readWhole(
      writePackage(
        spec({
          depends: ["x>=1"],
          buildDepends: ["x-1.2"],
          conflicts: ["y-[0-9]*"],
          pkgdirs: ["share/deep"],
          exec: ["echo %D"],
          unexec: ["echo %F"],
          display: "Hello.",
          install: "#!/bin/sh\n",
          preserve: true,
        }),
      ),
    );
    expect(decodeText(metadata.get("+CONTENTS") ?? Buffer.of()).split("\n")).toEqual([
      "@name test-1.0",
      "@cwd /usr/pkg",
      "@pkgdep x>=1",
      "@blddep x-1.2",
      "@pkgcfl y-[0-9]*",
      "bin/a",
      "@comment MD5:60b725f10c9c85c70d97880dfe8191b3",
      "bin/b",
      "@comment MD5:3b5d5c3712955042212316173ccf37be",
      "bin/s",
      "@comment Symlink:a",
      "share/deep/x",
      "@comment MD5:d41d8cd98f00b204e9800998ecf8427e",
      "share/hard",
      "@comment MD5:60b725f10c9c85c70d97880dfe8191b3",
      "@pkgdir share/deep",
      "@exec echo %D",
      "@unexec echo %F",
      "@cwd .",
      ...[
        "+COMMENT",
        "+DESC",
        "+INSTALL",
        "+DISPLAY",
        "+BUILD_INFO",
        "+SIZE_PKG",
        "+SIZE_ALL",
        "+PRESERVE",
      ].flatMap((name) => ["@ignore", name]),
      "@display +DISPLAY",
      "",
    ]);
    expect(files.map(({ path, type, mode, target }) => [path, type, mode, target])).toEqual([
      ["bin/a", "file", 0o4755, undefined],
      ["bin/b", "file", 0o644, undefined],
      ["bin/s", "symlink", 0o777, "a"],
      ["share/deep/x", "file", 0o644, undefined],
      ["share/hard", "link", 0o4755, "bin/a"],
    ]);
    expect(new Set(files.map(({ mtime, uid, gid }) => `${mtime} ${uid} ${gid}`))).toEqual(
      new Set([`${BUILD_TIME} 0 0`]),
    );
    expect(packingList.display).toBe("+DISPLAY");
  });

  test.each([
    ["2026-13-40 00:00:00 +0000", 0],
    ["1957-10-04 19:28:34 +0000", Date.UTC(1957, 9, 4, 19, 28, 34) / 1000],
    ["2038-01-19 03:14:07 +0000", 2 ** 31 - 1],
    ["2038-01-19 03:14:08 +0000", 2 ** 31],
    ["2242-03-16 12:56:32 +0000", 8 ** 11],
  ])("has the time of a build on %s, however far away", async (date, seconds) => {
    layOut({ a: "a\n", [`${"long/".repeat(30)}b`]: "b\n" });
    symlinkSync("a", join(root, "s"));
    const bytes = await collect(
      writePackage(spec({ buildInfo: { ...spec().buildInfo, BUILD_DATE: date } }), { compression: "none" }),
    );
    const { files } = await readWhole(bytes);
    expect(files.map(({ path }) => path)).toEqual(["a", `${"long/".repeat(30)}b`, "s"]);
    expect(new Set(files.map(({ mtime }) => mtime))).toEqual(new Set([seconds]));
    const tar = machineTool("tar");
    if (tar === undefined || !execFileSync(tar, ["--version"]).includes("GNU")) return;
    const shown = execFileSync(tar, ["-tvf", "-"], { input: bytes, env: { ...process.env, TZ: "UTC" } });
    const day = new Date(seconds * 1000).toISOString().slice(0, 10);
    expect(shown.toString().match(/\d{4}-\d\d-\d\d/g)).toEqual(Array(9).fill(day));
  });

  describe.each<Compression>(["none", "gzip", "bzip2", "xz", "zstd"])("with %s", (compression) => {
    const isBuiltIn = compression === "none" || compression === "gzip";
    test.skipIf(!isBuiltIn && machineTool(compression) === undefined)("is the same each time", async () => {
      layOut({ a: Buffer.alloc(100_000, "abcdefg\n"), "d/b": "b" });
      symlinkSync("a", join(root, "s"));
      const write = (): Promise<Buffer> => collect(writePackage(spec(), { compression }));
      const first = await write();
      utimesSync(join(root, "a"), 1, 2);
      lutimesSync(join(root, "s"), 3, 4);
      expect((await write()).equals(first)).toBe(true);
      expect((await readWhole(first)).files).toHaveLength(3);
    });
  });

  test("needs the program that compresses", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = root;
    try {
      await expect(collect(writePackage(spec(), { compression: "xz" }))).rejects.toMatchObject({
        code: "ERR_PACKAGE_TOOL",
        message: "xz cannot be run: install it, or compress with gzip",
      });
    } finally {
      process.env["PATH"] = path;
    }
  });

  test("is read as it was, whatever its files are called and have in them", async () => {
    const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((name) => {
      const isName = Buffer.byteLength(name) < 200 && !/[/\0\n\ufffd]|^[@+.]|\s$/.test(name);
      return isName && Buffer.from(name).toString() === name;
    });
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const file = fc.record({
      path,
      content: fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.constant(Buffer.alloc(70_000, "x"))),
      mode: fc.integer({ min: 0o400, max: 0o777 }).map((mode) => mode | 0o400),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(file, { maxLength: 6, selector: (each) => each.path }),
        async (given) => {
          rmSync(root, { recursive: true });
          mkdirSync(root);
          // A name cannot be that of a file and of a directory.
          const files = given.filter(
            (one) => !given.some(({ path: other }) => other.startsWith(`${one.path}/`)),
          );
          for (const each of files) {
            layOut({ [each.path]: each.content });
            chmodSync(join(root, each.path), each.mode);
          }
          const read = (await readWhole(writePackage(spec(), { compression: "none" }))).files;
          const key = (one: { path: string }): Buffer => Buffer.from(one.path);
          expect(read.map((each) => [each.path, each.mode, md5(each.content)])).toEqual(
            files
              .toSorted((a, b) => Buffer.compare(key(a), key(b)))
              .map((each) => [each.path, each.mode, md5(each.content)]),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is read by tar", async () => {
    const long = `share/${"x".repeat(120)}/${"y".repeat(130)}/größe`;
    layOut({ "bin/a": "a\n", [long]: "long\n" });
    const archive = await collect(writePackage(spec()));
    const out = mkdtempSync(join(tmpdir(), "pkg-archive-tar-"));
    try {
      execFileSync("tar", ["-xzf", "-", "-C", out], { input: archive });
      expect(readFileSync(join(out, long), "utf8")).toBe("long\n");
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  test.each([
    ["a name without a version", { pkgname: "test" }, /NAME-VERSION was expected/],
    ["a name with a blank", { pkgname: "te st-1" }, /cannot be the name/],
    ["a relative prefix", { prefix: "usr" }, /absolute path/],
    ["a comment of two lines", { comment: "a\nb" }, /comment: one line was expected/],
    ["a pattern with a line feed", { depends: ["a\n@exec rm"] }, /@pkgdep: one line/],
    ["no platform", { buildInfo: { OPSYS: "Linux" } }, /must have OS_VERSION, MACHINE_ARCH/],
    ["a variable with a blank", { buildInfo: { ...spec().buildInfo, "A B": "" } }, /name of a variable/],
  ] satisfies [string, Partial<PackageSpec>, RegExp][])("cannot have %s", async (_, more, message) => {
    await expect(collect(writePackage(spec(more)))).rejects.toMatchObject({
      code: "ERR_PACKAGE_SPEC",
      message: expect.stringMatching(message),
    });
  });

  test.each(["+bad", "@bad", "bad\nname", "bad "])("cannot have a file called %j", async (name) => {
    layOut({ [name]: "" });
    await expect(collect(writePackage(spec()))).rejects.toMatchObject({ code: "ERR_PACKAGE_SPEC" });
  });

  test("cannot have a pipe", async () => {
    execFileSync("mkfifo", [join(root, "pipe")]);
    await expect(collect(writePackage(spec()))).rejects.toThrow(/pipe is neither a file nor a link/);
  });

  test.each([
    ["shorter", (path: string) => truncateSync(path, 1)],
    ["longer", (path: string) => writeFileSync(path, Buffer.alloc(500_000))],
    ["another", (path: string) => writeFileSync(path, "other")],
  ])("is not written when a file has become %s meanwhile", async (_, change) => {
    layOut({ a: Buffer.alloc(4 * 1024 * 1024), b: "b was" });
    const writing = writePackage(spec(), { compression: "none" });
    await writing.next();
    change(join(root, "b"));
    await expect(collect(writing)).rejects.toMatchObject({ code: "ERR_PACKAGE_DIGEST", path: "b" });
  });
});

describe("a package written from its metadata", () => {
  test("gets the digests that its packing list lacks", async () => {
    layOut({ a: "a\n", b: "b\n" });
    symlinkSync("a", join(root, "s"));
    const contents =
      "@name test-1.0\n@cwd /usr/pkg\ns\nb\n@comment MD5:3b5d5c3712955042212316173ccf37be\n@exec true\n\na";
    const { files, metadata } = await readWhole(writePackage({ metadata: minimal(contents), root }));
    expect(decodeText(metadata.get("+CONTENTS") ?? Buffer.of())).toBe(
      `@name test-1.0
@cwd /usr/pkg
s
@comment Symlink:a
b
@comment MD5:3b5d5c3712955042212316173ccf37be
@exec true

a
@comment MD5:60b725f10c9c85c70d97880dfe8191b3
@cwd .
@ignore
+SIZE_PKG
@ignore
+COMMENT
@ignore
+DESC
`,
    );
    expect(decodeText(metadata.get("+SIZE_PKG") ?? Buffer.of())).toBe("5\n");
    expect(files.map(({ path }) => path)).toEqual(["s", "b", "a"]);
  });

  test.each([
    ["another digest", "a\n@comment MD5:3b5d5c3712955042212316173ccf37be\n", "ERR_PACKAGE_DIGEST"],
    ["another link", "s\n@comment Symlink:b\n", "ERR_PACKAGE_DIGEST"],
    ["a digest for a link", "s\n@comment MD5:3b5d5c3712955042212316173ccf37be\n", "ERR_PACKAGE_DIGEST"],
    ["a link where there is a file", "a\n@comment Symlink:b\n", "ERR_PACKAGE_DIGEST"],
    ["no such file", "none\n", "ERR_PACKAGE_SPEC"],
    ["a directory", "d\n", "ERR_PACKAGE_SPEC"],
  ])("is refused with %s", async (_, lines, code) => {
    layOut({ a: "a\n", "d/x": "" });
    symlinkSync("a", join(root, "s"));
    const metadata = minimal(`@name test-1.0\n@cwd /usr/pkg\n${lines}`);
    await expect(collect(writePackage({ metadata, root }))).rejects.toMatchObject({ code });
  });

  test.each(["a b-1.0", "../a-1.0", ".a-1.0", "a\u0007-1.0"])(
    "is refused with the name %j, which its reader refuses",
    async (name) => {
      const metadata = minimal(`@name ${name}\n@cwd /usr/pkg\n`);
      await expect(collect(writePackage({ metadata, root }))).rejects.toMatchObject({
        code: "ERR_PACKAGE_MALFORMED",
        message: expect.stringMatching(/cannot be the name of a package$/),
      });
    },
  );

  test("must have the metadata that every package has, and no other", async () => {
    const metadata = minimal("@name test-1.0\n@cwd /usr/pkg\n");
    const without = new Map([...metadata].filter(([name]) => name !== "+DESC"));
    await expect(collect(writePackage({ metadata: without, root }))).rejects.toThrow(/must have \+DESC/);
    const more = new Map([...metadata, ["+EXTRA", Buffer.of()] as const]);
    await expect(collect(writePackage({ metadata: more, root }))).rejects.toThrow(/has no \+EXTRA/);
  });
});

const samples = realData("samples/packages");

describe.skipIf(samples === undefined)("the packages that the original tools wrote", () => {
  test("are read as they were after they have been written anew", async () => {
    for (const name of ["gnuhello-1.0", "hello-2.12nb1", "libgreet-1.4nb2", "tool-0.9", "tool-1.0"]) {
      const before = await readWhole(createReadStream(`${samples}/${name}.tgz`));
      rmSync(root, { recursive: true });
      mkdirSync(root);
      for (const { path, type, content, mode, target = "" } of before.files) {
        layOut({ [path]: content });
        if (type === "file") chmodSync(join(root, path), mode);
        else rmSync(join(root, path));
        if (type === "symlink") symlinkSync(target, join(root, path));
        if (type === "link") linkSync(join(root, target), join(root, path));
      }
      const after = await readWhole(writePackage({ metadata: before.metadata, root }));
      expect(after.metadata).toEqual(before.metadata);
      const facts = ({ files }: typeof after): unknown[] =>
        files.map(({ path, type, content, mode, target }) => [
          path,
          type,
          content,
          type === "symlink" || mode,
          target,
        ]);
      expect(facts(after)).toEqual(facts(before));
    }
  });
});
