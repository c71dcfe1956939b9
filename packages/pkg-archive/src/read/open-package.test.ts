import { execFileSync } from "node:child_process";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { TruncatedError } from "bz2-record-stream";
import { machineTool, realData } from "test-support";
import { describe, expect, test } from "vitest";
import {
  buildPackage,
  buildTar,
  contentsFor,
  metadataItems,
  tarHeader,
  type TarItem,
} from "../../test/build-tar.ts";
import { chunksOf, readWhole } from "../../test/collect.ts";
import { decodeText, formatPackingList, openPackage, PackageError, summaryRecord } from "../index.ts";

const FILES = [
  { name: "bin/hello", content: "#!/bin/sh\necho hello\n", mode: 0o755 },
  { name: "bin/hi", type: "2", target: "hello" },
  { name: "share/big", content: Buffer.alloc(300_000, "0123456789abcdef\n") },
  { name: "share/empty", content: "" },
];

function compressed(tool: string, bytes: Buffer): Buffer {
  return execFileSync(tool, ["-c"], { input: bytes, maxBuffer: 1 << 30 });
}

describe("a package", () => {
  test("is read in chunks of any size, plain or compressed with gzip", async () => {
    const plain = buildPackage(FILES);
    for (const bytes of [plain, gzipSync(plain)]) {
      for (const size of [1000, 4096, 65_536, 1_000_000]) {
        const { files, packingList } = await readWhole(chunksOf(bytes, size));
        expect(packingList.pkgname).toBe("test-1.0");
        expect(files.map(({ path, type, target }) => [path, type, target])).toEqual([
          ["bin/hello", "file", undefined],
          ["bin/hi", "symlink", "hello"],
          ["share/big", "file", undefined],
          ["share/empty", "file", undefined],
        ]);
        expect(files[2]?.content.equals(FILES[2]?.content as Buffer)).toBe(true);
      }
    }
  });

  test("is read byte by byte", async () => {
    const { files } = await readWhole(chunksOf(gzipSync(buildPackage(FILES)), 1));
    expect(files[0]).toMatchObject({ mode: 0o755, mtime: 1_000_000_000, uid: 0, size: 21 });
  });

  test("may have files that nobody reads; they are passed over", async () => {
    const reader = await openPackage(chunksOf(buildPackage(FILES), 4096));
    const sizes: number[] = [];
    for await (const { path, size, body } of reader.files) {
      sizes.push(size);
      // A loop that is left early does not end the package.
      if (path === "share/big") for await (const _ of body) break;
    }
    expect(sizes).toEqual([21, 0, 300_000, 0]);
    await reader.close();
  });

  test("can be closed before it has been read", async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunksOf(gzipSync(buildPackage(FILES)), 100);
      } finally {
        closed = true;
      }
    }
    const reader = await openPackage(source());
    await reader.close();
    expect(closed).toBe(true);
  });

  test.each([
    ["a failure of the network", new Error("the network is down")],
    ["one of the decompressor that it is itself", new TruncatedError("cut", { format: "xz" })],
  ])("gives what its source throws as it is: %s", async (_, failure) => {
    for (const bytes of [gzipSync(buildPackage(FILES)), buildPackage(FILES)]) {
      for (const length of [0, 100, 900]) {
        async function* source(): AsyncGenerator<Uint8Array> {
          yield bytes.subarray(0, length);
          throw failure;
        }
        await expect(readWhole(source())).rejects.toBe(failure);
      }
    }
  });
});

describe.each(["gzip", "bzip2", "xz", "zstd"])("a package compressed with %s", (tool) => {
  const isMissing = machineTool(tool) === undefined;

  test.skipIf(isMissing)("is read", async () => {
    const bytes = compressed(tool, buildPackage(FILES));
    for (const size of [1, 1000, 1_000_000]) {
      const { files } = await readWhole(chunksOf(bytes, size));
      expect(files.map(({ content }) => content.length)).toEqual([21, 0, 300_000, 0]);
    }
  });

  test.skipIf(isMissing)("can be opened while another one is open", async () => {
    const bytes = compressed(tool, buildPackage(FILES));
    const first = await openPackage(chunksOf(bytes, 100));
    const { files } = await readWhole(bytes);
    expect(files).toHaveLength(4);
    const paths: string[] = [];
    for await (const { path } of first.files) paths.push(path);
    await first.close();
    expect(paths).toHaveLength(4);
  });

  test.skipIf(isMissing)("is refused where it was cut, anywhere", async () => {
    const bytes = compressed(tool, buildPackage(FILES));
    for (let length = 0; length < bytes.length - 1; length += 1 + Math.floor(bytes.length / 60)) {
      await expect(readWhole(bytes.subarray(0, length))).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_PACKAGE_(DAMAGED|MALFORMED)$/),
      });
    }
  });

  test.skipIf(isMissing)("is refused where a byte has changed", async () => {
    const whole = compressed(tool, buildPackage(FILES));
    const before = await readWhole(whole);
    for (let index = 0; index < whole.length; index += 1 + Math.floor(whole.length / 12)) {
      const bytes = Buffer.from(whole);
      bytes[index] = (bytes[index] ?? 0) ^ 0x10;
      const result = await readWhole(bytes).catch((error: unknown) => error);
      // Some bits of headers, such as the time in gzip's, mean nothing here.
      if (result instanceof PackageError) continue;
      expect(result).toMatchObject({ files: before.files });
    }
  });
});

describe("a package is refused", () => {
  const [first, second] = [
    { name: "a", content: "1" },
    { name: "b", content: "2" },
  ] as const;
  const metadata = metadataItems(contentsFor([first, second]));

  test.each([
    ["with a file less", [first], /b was expected, found the end/],
    ["with a file more", [first, second, { name: "c" }], /the end was expected, found "c"/],
    ["with files out of order", [second, first], /a was expected, found "b"/],
    ["with a device in place of a file", [first, { name: "b", type: "3" }], /b is a character-device/],
    ["with a directory in place of a file", [first, { name: "b", type: "5" }], /b is a directory/],
    [
      "with an entry of an unknown kind",
      [first, { name: "b", type: "Z" }],
      /b is a thing of an unknown kind/,
    ],
    [
      "with a name that another spelling leads to",
      [{ ...first, name: "./a" }, second],
      /a was expected, found ".\/a"/,
    ],
    ["with metadata among the files", [first, { name: "+INSTALL" }, second], /b was expected/],
  ])("%s", async (_, files, message) => {
    await expect(readWhole(buildTar([...metadata, ...files]))).rejects.toMatchObject({
      code: "ERR_PACKAGE_MALFORMED",
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ["without +DESC", [0, 1], /\+DESC was expected, found "a"/],
    ["with +COMMENT first", [1, 0, 2], /\+CONTENTS was expected, found "\+COMMENT"/],
    ["with +COMMENT twice", [0, 1, 1, 2], /\+COMMENT .* comes twice/],
    ["with nothing", [], /\+CONTENTS was expected, found "a"/],
  ])("%s", async (_, order, message) => {
    const items = order.map((index) => metadata[index] ?? first);
    await expect(readWhole(buildTar([...items, first]))).rejects.toMatchObject({
      code: "ERR_PACKAGE_MALFORMED",
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ["", "nothing at all"],
    ["<html>404</html>", "something else"],
    ["x".repeat(5000), "something else"],
  ])("where there is no archive in it: %#", async (text, found) => {
    for (const bytes of [Buffer.from(text), gzipSync(text)])
      await expect(readWhole(bytes)).rejects.toMatchObject({
        code: "ERR_PACKAGE_MALFORMED",
        message: expect.stringMatching(`^this is no package: .* was expected, found ${found}$`),
      });
  });

  test("with a changed file, by its name", async () => {
    const bytes = buildTar([...metadata, first, { ...second, content: "3" }]);
    await expect(readWhole(bytes)).rejects.toMatchObject({ code: "ERR_PACKAGE_DIGEST", path: "b" });
  });

  test("with a link that leads elsewhere", async () => {
    const link = { name: "l", type: "2", target: "a" };
    const contents = contentsFor([first, link]);
    const bytes = buildTar([...metadataItems(contents), first, { ...link, target: "/etc/passwd" }]);
    await expect(readWhole(bytes)).rejects.toMatchObject({ code: "ERR_PACKAGE_DIGEST", path: "l" });
  });

  test.each<[string, TarItem, string]>([
    ["a link where a file was recorded", { name: "x", type: "2", target: "a" }, `MD5:${"0".repeat(32)}`],
    ["a file where a link was recorded", { name: "x", content: "1" }, "Symlink:a"],
    ["a hard link where a symbolic one was recorded", { name: "x", type: "1", target: "a" }, "Symlink:a"],
  ])("with %s", async (_, item, record) => {
    const contents = `${contentsFor([first])}x\n@comment ${record}\n`;
    const bytes = buildTar([...metadataItems(contents), first, item]);
    await expect(readWhole(bytes)).rejects.toMatchObject({ code: "ERR_PACKAGE_DIGEST", path: "x" });
  });

  test("with a hard link to a file that did not come before", async () => {
    const contents = "@name test-1.0\n@cwd /usr/pkg\na\nb\n";
    const bytes = buildTar([
      ...metadataItems(contents),
      first,
      { name: "b", type: "1", target: "../../etc/passwd" },
    ]);
    await expect(readWhole(bytes)).rejects.toThrow(/hard link to "..\/..\/etc\/passwd"/);
  });

  test("with a hard link to a file of another digest", async () => {
    const bytes = buildTar([...metadata, first, { name: "b", type: "1", target: "a" }]);
    await expect(readWhole(bytes)).rejects.toMatchObject({ code: "ERR_PACKAGE_DIGEST", path: "b" });
  });

  test("with metadata of a gigabyte, before it is held", async () => {
    let given = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      const zeros = Buffer.alloc(65_536);
      yield tarHeader({ name: "+CONTENTS", size: 2 ** 30 }, 0);
      while (given < 2 ** 30) {
        given += zeros.length;
        yield zeros;
      }
    }
    await expect(openPackage(source())).rejects.toMatchObject({ code: "ERR_PACKAGE_LIMIT" });
    expect(given).toBeLessThan(1_000_000);
  });

  test("with more metadata than the caller allows", async () => {
    await expect(openPackage(chunksOf(buildPackage(FILES), 512), { maxMetadata: 100 })).rejects.toMatchObject(
      {
        code: "ERR_PACKAGE_LIMIT",
      },
    );
  });

  test("with an extended header of a gigabyte", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield tarHeader({ name: "PaxHeader", type: "x", size: 2 ** 30 }, 0);
      for (let given = 0; given < 2 ** 30; given += 65_536) yield Buffer.alloc(65_536);
    }
    await expect(openPackage(source())).rejects.toMatchObject({ code: "ERR_PACKAGE_DAMAGED" });
  });

  test.each([
    ["no archive", Buffer.alloc(1000, "no archive\n")],
    ["nothing at all", Buffer.alloc(0)],
    ["a compressed text", gzipSync("some text\n")],
  ])("that is %s", async (_, bytes) => {
    await expect(readWhole(bytes)).rejects.toThrow(/this is no package/);
  });

  test.each([Buffer.from("more"), Buffer.alloc(200_000)])(
    "with something after its compressed end",
    async (more) => {
      const bytes = Buffer.concat([gzipSync(buildPackage(FILES)), more]);
      await expect(readWhole(bytes)).rejects.toMatchObject({ code: "ERR_PACKAGE_DAMAGED" });
    },
  );

  test("with a window that is too large", async () => {
    // The header of a zstd frame with a window of 1 GiB.
    await expect(readWhole(Buffer.from("28b52ffd00a0", "hex"))).rejects.toMatchObject({
      code: "ERR_PACKAGE_LIMIT",
      message: "zstd stream: a window of at most 134217728 bytes was expected, found 1073741824 at byte 6",
      cause: { compressedOffset: 6 },
    });
  });

  test("in a form that no decoder is there for", async () => {
    // The header of a zstd frame with the number of a dictionary.
    await expect(readWhole(Buffer.from("28b52ffd2107000100000061", "hex"))).rejects.toMatchObject({
      code: "ERR_PACKAGE_MALFORMED",
      message: "zstd stream: a frame that needs a dictionary",
    });
  });
});

const samples = realData("samples/packages");

describe.skipIf(samples === undefined)("the packages that the original tools wrote", () => {
  const names = ["gnuhello-1.0", "hello-2.12nb1", "libgreet-1.4nb2", "tool-0.9", "tool-1.0"];
  const pathOf = (name: string): string => `${samples}/${name}.tgz`;

  test("are read exactly", async () => {
    for (const name of names) {
      const { packingList, metadata, files } = await readWhole(createReadStream(pathOf(name)));
      expect(packingList.pkgname).toBe(name);
      expect(formatPackingList(packingList)).toBe(decodeText(metadata.get("+CONTENTS") ?? Buffer.of()));
      for (const { path, type, content } of files.filter((file) => file.type === "file")) {
        const args = ["-xOzf", pathOf(name), path];
        expect([type, content]).toEqual([
          "file",
          execFileSync("tar", args, { stdio: ["ignore", "pipe", "ignore"] }),
        ]);
      }
    }
  });

  test("have the summary records that the original tool prints", async () => {
    let summary = "";
    for (const name of names) {
      const { metadata } = await readWhole(createReadStream(pathOf(name)));
      summary += `${summaryRecord(metadata, { name: `${name}.tgz`, size: statSync(pathOf(name)).size })}\n`;
    }
    expect(summary).toBe(readFileSync(realData("samples/pkg_summary") ?? "", "utf8"));
  });
});

test("a package of a gigabyte takes no more memory than a small one", async () => {
  const size = 2 ** 30;
  async function* source(): AsyncGenerator<Uint8Array> {
    const zeros = Buffer.alloc(65_536);
    yield buildTar(metadataItems("@name big-1\n@cwd /usr/pkg\nbig\n")).subarray(0, -1024);
    yield tarHeader({ name: "big", size }, 0);
    for (let given = 0; given < size; given += zeros.length) yield zeros;
    yield Buffer.alloc(1024);
  }
  const reader = await openPackage(source());
  const before = process.memoryUsage().rss;
  let total = 0;
  let peak = 0;
  for await (const { body } of reader.files) {
    for await (const chunk of body) {
      total += chunk.length;
      if (total % (16 * 1024 * 1024) < chunk.length)
        peak = Math.max(peak, process.memoryUsage().rss - before);
    }
  }
  await reader.close();
  expect(total).toBe(size);
  expect(peak).toBeLessThan(128 * 1024 * 1024);
});
