import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect, readWhole } from "../../test/collect.ts";
import { decodeText, type PackageSpec, writePackage } from "../index.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pkg-archive-names-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A path below the root, one byte for each character. */
const below = (path: string): Buffer => Buffer.from(`${root}/${path}`, "latin1");

function spec(): PackageSpec {
  const buildInfo = { OPSYS: "Linux", OS_VERSION: "6", MACHINE_ARCH: "x86_64" };
  return {
    pkgname: "test-1.0",
    prefix: "/usr/pkg",
    comment: "A test",
    description: "A test.",
    root,
    buildInfo,
  };
}

describe.skipIf(process.platform === "darwin")("files whose names are no UTF-8 (macOS has none)", () => {
  const long = `d\xfc/${"x".repeat(120)}\xe9`;

  beforeEach(() => {
    mkdirSync(below("d\xfc"));
    writeFileSync(below("d\xfc/gr\xfc\xdfe"), "short\n");
    writeFileSync(below(long), "long\n");
    linkSync(below(long), below("hard\xe9"));
    symlinkSync(Buffer.from(long, "latin1"), below("soft\xe9"));
    writeFileSync(join(root, "größe\ufffd"), "proper\n");
  });

  const texts = [
    "d\udcfc/gr\udcfc\udcdfe",
    `d\udcfc/${"x".repeat(120)}\udce9`,
    "größe\ufffd",
    "hard\udce9",
    "soft\udce9",
  ];

  test("are in a package under just these names, from a description or a packing list", async () => {
    const { files, metadata } = await readWhole(writePackage(spec()));
    const facts = files.map(({ path, type, target, content }) => [path, type, target ?? content.toString()]);
    expect(facts).toEqual([
      [texts[0], "file", "short\n"],
      [texts[1], "file", "long\n"],
      [texts[2], "file", "proper\n"],
      [texts[3], "link", texts[1]],
      [texts[4], "symlink", texts[1]],
    ]);
    const again = await readWhole(writePackage({ metadata, root }));
    expect(again.files).toEqual(files);
    expect(again.metadata).toEqual(metadata);
    expect(Buffer.from(metadata.get("+CONTENTS") ?? "").includes(`\n${long}\n`, 0, "latin1")).toBe(true);
  });

  test("come out of tar under just these names", async () => {
    const archive = await collect(writePackage(spec(), { compression: "none" }));
    const out = mkdtempSync(join(tmpdir(), "pkg-archive-tar-"));
    try {
      execFileSync("tar", ["-xf", "-", "-C", out, "--warning=no-unknown-keyword"], { input: archive });
      const names = readdirSync(out, { encoding: "buffer" }).map(decodeText);
      expect(names.filter((name) => !name.startsWith("+")).toSorted()).toEqual(
        ["d\udcfc", ...texts.slice(2)].toSorted(),
      );
      expect(readFileSync(Buffer.from(`${out}/${long}`, "latin1"), "utf8")).toBe("long\n");
      expect(readFileSync(Buffer.from(`${out}/soft\xe9`, "latin1"), "utf8")).toBe("long\n");
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  test("are named where they cannot be read", async () => {
    const { metadata } = await readWhole(writePackage(spec()));
    rmSync(below("hard\xe9"));
    await expect(collect(writePackage({ metadata, root }))).rejects.toMatchObject({
      code: "ERR_PACKAGE_SPEC",
      message: expect.stringMatching(/^hard\udce9, a file of the package, cannot be read: .*no such file/),
    });
  });
});

test("blanks at the end of a name are lost in a packing list, but not those of a directory or of Unicode", async () => {
  mkdirSync(join(root, "d "));
  writeFileSync(join(root, "d /a\u3000"), "");
  const { files } = await readWhole(writePackage(spec()));
  expect(files.map(({ path }) => path)).toEqual(["d /a\u3000"]);
  writeFileSync(join(root, "d /b\t"), "");
  await expect(collect(writePackage(spec()))).rejects.toThrow(/"d \/b\\t" cannot be in a package/);
});
