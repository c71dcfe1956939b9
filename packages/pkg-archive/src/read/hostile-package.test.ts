import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { buildTar, contentsFor, metadataItems, pax, tarHeader, type TarItem } from "../../test/build-tar.ts";
import { chunksOf, readWhole } from "../../test/collect.ts";
import { openPackage } from "../index.ts";

/*
 * What somebody may put into a package who means ill. What lies outside the prefix is for the installer to refuse; here it is
 * seen to that an archive says what its packing list says, and that nothing takes more memory or time than it is worth.
 */

/** A package of one listed file, with the entries given. */
const withFile = (...entries: readonly TarItem[]): Buffer =>
  buildTar([...metadataItems("@name test-1.0\n@cwd /usr/pkg\na\n"), ...entries]);

describe("names", () => {
  test("are those of the packing list, whatever an extended header says", async () => {
    for (const path of ["../a", "/a", "./a", "b", "a/", "a\0b"])
      await expect(readWhole(withFile(pax(`path=${path}`), { name: "a" }))).rejects.toMatchObject({
        code: "ERR_PACKAGE_MALFORMED",
        message: expect.stringMatching(/^test-1.0: a was expected, found/),
      });
    const { files } = await readWhole(withFile(pax("path=a"), { name: "b", content: "1" }));
    expect(files).toMatchObject([{ path: "a", size: 1 }]);
  });

  test.each(["/etc/passwd", "../../etc/passwd", "lib/\x1b[2J", "bin/A", "con/ü"])(
    "come out as they are listed: %j",
    async (name) => {
      const items = [{ name: "bin/a" }, { name }];
      const { files } = await readWhole(buildTar([...metadataItems(contentsFor(items)), ...items]));
      expect(files.map(({ path }) => path)).toEqual(["bin/a", name]);
    },
  );

  test("do not become words of the packing list", async () => {
    const items = [{ name: "@exec touch /tmp/x" }];
    const bytes = buildTar([...metadataItems(contentsFor(items)), ...items]);
    await expect(readWhole(bytes)).rejects.toThrow(/the end was expected, found "@exec touch/);
  });
});

test("owners and times that are no numbers count as zero", async () => {
  const { files } = await readWhole(withFile({ name: "a", noNumbers: "none" }));
  expect(files).toMatchObject([{ uid: 0, gid: 0, mtime: 0 }]);
});

test.each([
  ["4102444800.25", 4_102_444_800.25],
  ["-1", -1],
  ["1e300", 0],
  ["soon", 0],
])("the time %s of an extended header goes before the other", async (text, mtime) => {
  const bytes = buildTar([
    ...metadataItems(contentsFor([{ name: "a" }])),
    pax(`mtime=${text}`),
    { name: "a" },
  ]);
  expect((await readWhole(bytes)).files).toMatchObject([{ path: "a", mtime }]);
});

describe("hard links", () => {
  const listed = (...entries: readonly TarItem[]): Buffer => {
    const lines = entries.map(({ name }) => `${String(name)}\n`).join("");
    return buildTar([...metadataItems(`@name test-1.0\n@cwd /usr/pkg\n${lines}`), ...entries]);
  };

  test.each([
    ["itself", [{ name: "a", type: "1", target: "a" }]],
    ["a later file", [{ name: "a", type: "1", target: "b" }, { name: "b" }]],
    [
      "a symbolic link",
      [
        { name: "s", type: "2", target: "/etc" },
        { name: "a", type: "1", target: "s" },
      ],
    ],
    [
      "another link",
      [{ name: "f" }, { name: "g", type: "1", target: "f" }, { name: "a", type: "1", target: "g" }],
    ],
    ["metadata", [{ name: "a", type: "1", target: "+CONTENTS" }]],
  ] satisfies [string, TarItem[]][])("cannot lead to %s", async (_, entries) => {
    await expect(readWhole(listed(...entries))).rejects.toThrow(/a is a hard link to .* no earlier file/);
  });

  test("lead to earlier files", async () => {
    const { files } = await readWhole(
      listed({ name: "a", content: "1" }, { name: "b", type: "1", target: "a" }),
    );
    expect(files).toMatchObject([{ type: "file" }, { type: "link", target: "a", size: 0 }]);
  });
});

describe("sizes", () => {
  test.each([
    ["larger than the package", { name: "a", size: 8 ** 11 - 1 }, []],
    ["larger than any number", { name: "a" }, [`size=${"9".repeat(400)}`]],
    ["negative", { name: "a", content: "1" }, ["size=-1"]],
    ["no number", { name: "a", content: "1" }, ["size=many"]],
  ])("that are %s are refused", async (_, entry, records) => {
    const bytes = withFile(...(records.length > 0 ? [pax(...records)] : []), entry);
    await expect(readWhole(bytes)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_PACKAGE_(?:DAMAGED|DIGEST|MALFORMED)$/),
    });
  });

  test("of metadata are refused before they are held, also when they are compressed", async () => {
    const zeros = gzipSync(Buffer.alloc(2 ** 20));
    let given = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      yield gzipSync(tarHeader({ name: "+CONTENTS", size: 2 ** 30 }, 0));
      for (; given < 1024; given++) yield zeros;
    }
    await expect(openPackage(source())).rejects.toMatchObject({ code: "ERR_PACKAGE_LIMIT" });
    // Compressed bytes are read ahead, up to 256 KiB.
    expect(given * zeros.length).toBeLessThan(300 * 1024);
  });

  test("of packing lists are refused by the number of their items", async () => {
    const contents = `@name test-1.0\n@cwd /usr/pkg\n${"a\n".repeat(600_000)}`;
    await expect(readWhole(buildTar(metadataItems(contents)))).rejects.toMatchObject({
      code: "ERR_PACKAGE_LIMIT",
      message: "the packing list of test-1.0 has more than the 500000 items that are allowed",
    });
  });
});

describe("an archive", () => {
  test.each([
    ["another entry", buildTar([{ name: "b" }]), /the end was expected, found "b"/],
    [
      "something else",
      Buffer.alloc(1024, "x"),
      /^tar: a good header was expected after "a", found a bad one$/,
    ],
  ])("cannot go on with %s after its end", async (_, more, message) => {
    await expect(readWhole(Buffer.concat([withFile({ name: "a" }), more]))).rejects.toThrow(message);
  });

  test("needs a good checksum on each of its headers", async () => {
    const bytes = withFile({ name: "a" });
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1536 + 100) ^ 1, bytes.length - 1536 + 100);
    await expect(readWhole(bytes)).rejects.toMatchObject({
      code: "ERR_PACKAGE_DAMAGED",
      message: 'tar: a good header was expected after "+DESC", found a bad one',
    });
  });

  test.each([
    ["a character device", "3"],
    ["a block device", "4"],
    ["a directory", "5"],
    ["a pipe", "6"],
    ["a sparse file", "S"],
  ])("cannot have %s", async (_, type) => {
    await expect(readWhole(withFile({ name: "a", type }))).rejects.toMatchObject({
      code: "ERR_PACKAGE_MALFORMED",
    });
  });

  test("keeps set-user-id bits for the installer to decide about", async () => {
    const { files } = await readWhole(withFile({ name: "a", mode: 0o106755 }));
    expect(files[0]?.mode).toBe(0o6755);
  });

  test("can have a hundred thousand files", async () => {
    const count = 100_000;
    const names = Array.from({ length: count }, (_, index) => `share/directory/${index}`);
    const contents = `@name many-1.0\n@cwd /usr/pkg\n${names.join("\n")}\n`;
    async function* source(): AsyncGenerator<Uint8Array> {
      yield buildTar(metadataItems(contents)).subarray(0, -1024);
      for (let start = 0; start < count; start += 1000)
        yield Buffer.concat(names.slice(start, start + 1000).map((name) => tarHeader({ name }, 0)));
      yield Buffer.alloc(1024);
    }
    const reader = await openPackage(source());
    let found = 0;
    for await (const _ of reader.files) found++;
    await reader.close();
    expect(found).toBe(count);
  });

  test("is read in little pieces that come all at once or one by one", async () => {
    const items = Array.from({ length: 300 }, (_, index) => ({
      name: `f${index}`,
      content: "x".repeat(index * 7),
    }));
    const bytes = buildTar([...metadataItems(contentsFor(items)), ...items]);
    for (const size of [511, 512, 513, 100_000])
      expect((await readWhole(chunksOf(bytes, size))).files).toHaveLength(300);
  });
});
