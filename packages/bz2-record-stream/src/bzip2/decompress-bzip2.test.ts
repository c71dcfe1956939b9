import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import fc from "fast-check";
import { bzip2Compress, encodeBzip2, machineTool } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { fillWithMarks, hideMark } from "../../test/hidden-marks.ts";
import { mixed } from "../../test/mixed.ts";
import { chunks, failure, unpack } from "../../test/unpack.ts";
import { ByteSource } from "../byte-source.ts";
import { decompressBzip2 } from "./decompress-bzip2.ts";
import { BLOCK_MARK, END_MARK } from "./find-mark.ts";

const text = Buffer.from("one\ntwo two\nthree three three\n".repeat(20));

const samples: readonly (readonly [string, Buffer])[] = [
  ["nothing", Buffer.alloc(0)],
  ["one byte", Buffer.from("x")],
  ["text", text],
  ["a run of four", Buffer.from("aaaa")],
  [
    "runs around the longest that one count can tell",
    Buffer.concat([254, 255, 256, 259, 260].map((n, i) => Buffer.alloc(n, i))),
  ],
  ["a megabyte of one byte", Buffer.alloc(1_000_000, "z")],
  ["all bytes", Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) & 0xff))],
];

test.each(samples)("both decoders give back %s, however it was packed", async (_, bytes) => {
  for (const packed of [await bzip2Compress(bytes), encodeBzip2(bytes)]) {
    expect((await unpack(packed)).equals(bytes)).toBe(true);
    expect((await unpack(packed, { decoder: "portable" })).equals(bytes)).toBe(true);
  }
});

test.skipIf(machineTool("bzip2") === undefined)(
  "the encoder of the tests is understood by bzip2 (skipped without the program)",
  () => {
    const unpacked = execFileSync(machineTool("bzip2") ?? "", ["-dc"], { input: encodeBzip2(text) });
    expect(unpacked.equals(text)).toBe(true);
  },
);

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])("level %d and blocks at its edge are read", async (level) => {
  const edge = Buffer.from(Array.from({ length: level * 100_000 + 7 }, (_, i) => (i ^ (i >> 3)) & 0x7f));
  const packed = await bzip2Compress(edge, { level });
  expect((await unpack(packed)).equals(edge)).toBe(true);
});

test("both decoders and the original agree on short input, however it is cut", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc
      .array(fc.tuple(fc.nat(3), fc.nat(600)), { maxLength: 20 })
      .map((runs) => Buffer.concat(runs.map(([b, n]) => Buffer.alloc(n, b)))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 300 }), async (original, size) => {
      const packed = encodeBzip2(original);
      expect((await unpack(packed, {}, size)).equals(original)).toBe(true);
      expect((await unpack(packed, { decoder: "portable" }, size)).equals(original)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("both decoders agree with the original on streams of many blocks, with and without other threads", async () => {
  const streams = fc.array(
    fc.record({ seed: fc.nat(), size: fc.nat(700_000), level: fc.integer({ min: 1, max: 9 }) }),
    { minLength: 2, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(streams, fc.integer({ min: 1000, max: 200_000 }), async (parts, size) => {
      const originals = parts.map((part) => mixed(part.seed, part.size));
      const packed = Buffer.concat(
        await Promise.all(
          originals.map((bytes, index) => bzip2Compress(bytes, { level: parts[index]?.level ?? 1 })),
        ),
      );
      const original = Buffer.concat(originals);
      for (const helpers of [0, 1, 3])
        expect((await unpackBy(helpers, packed, size)).equals(original), `${helpers} helpers`).toBe(true);
      expect((await unpack(packed, { decoder: "portable" }, size)).equals(original)).toBe(true);
    }),
    { numRuns: 4 },
  );
});

async function unpackBy(helpers: number, packed: Uint8Array, size: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of decompressBzip2(new ByteSource(chunks(packed, size)), helpers))
    parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

test.each([
  ["a block", BLOCK_MARK],
  ["the end", END_MARK],
])("the mark of %s inside of a block is no end of it", async (_, halves) => {
  const mark = halves.flatMap((half) => [half >> 16, (half >> 8) & 0xff, half & 0xff]);
  const { text: original, packed } = hideMark(mark);
  expect(shiftedCopies(packed).some((bytes) => bytes.includes(Buffer.from(mark), 20))).toBe(true);
  const several = hideMark(mark, 9);
  const joined = Buffer.concat([packed, several.packed, packed, several.packed, several.packed]);
  const texts = Buffer.concat([original, several.text, original, several.text, several.text]);
  for (const size of [1, 50, 10_000]) expect((await unpack(joined, {}, size)).equals(texts)).toBe(true);
  for (let length = 10; length < packed.length; length++)
    expect((await failure(packed.subarray(0, length))).code).toBe("ERR_BZ2_TRUNCATED");
});

test("a block that is full of marks is decoded a few times and not once for each", async () => {
  const halves = BLOCK_MARK.flatMap((half) => [half >> 16, (half >> 8) & 0xff, half & 0xff]);
  expect((await failure(fillWithMarks(halves))).message).toContain("checksum 00000000 expected in a block");
});

/** The bytes as they are when the first 0 to 7 bits are left out. */
function shiftedCopies(bytes: Buffer): Buffer[] {
  return Array.from({ length: 8 }, (_, shift) =>
    Buffer.from(bytes.map((byte, index) => (byte << shift) | ((bytes[index + 1] ?? 0) >> (8 - shift)))),
  );
}

test.each(["native", "portable"] as const)(
  "the %s decoder checks the checksum of a stream",
  async (decoder) => {
    const packed = encodeBzip2(Buffer.alloc(0));
    packed[10] = (packed[10] ?? 0) ^ 1;
    expect(await failure(packed, { decoder })).toMatchObject({ code: "ERR_BZ2_CORRUPT" });
  },
);

test("a randomised block is not taken for damage", async () => {
  const packed = encodeBzip2(text);
  // The bit behind the header of the stream, and mark and checksum of the block.
  packed[14] = (packed[14] ?? 0) | 0x80;
  expect(await failure(packed)).toMatchObject({ code: "ERR_BZ2_UNSUPPORTED_FORMAT", compressedOffset: 4 });
});

test("damage in the midst of many blocks is an error, after the good text before it and nothing else", async () => {
  const original = mixed(7, 2_000_000);
  const packed = await bzip2Compress(original, { level: 1 });
  const damaged = packed.with(packed.length >> 1, (packed[packed.length >> 1] ?? 0) ^ 0x10);
  const parts: Buffer[] = [];
  const read = async () => {
    for await (const part of decompressBzip2(new ByteSource(chunks(damaged, 50_000)), 2))
      parts.push(Buffer.from(part));
  };
  await expect(read()).rejects.toMatchObject({ code: "ERR_BZ2_CORRUPT", format: "bzip2" });
  const got = Buffer.concat(parts);
  expect(got.length).toBeGreaterThan(100_000);
  expect(got.equals(original.subarray(0, got.length))).toBe(true);
});

test("threads end with the stream, also when nobody reads it to its end", async () => {
  const packed = await bzip2Compress(mixed(3, 3_000_000), { level: 1 });
  let started = 0;
  let ended = 0;
  const count = (worker: Worker): void => {
    started += 1;
    worker.once("exit", () => (ended += 1));
  };
  process.on("worker", count);
  onTestFinished(() => void process.off("worker", count));
  let length = 0;
  for await (const part of decompressBzip2(new ByteSource(chunks(packed, 100_000)), 3)) {
    length += part.length;
    if (length > 2_500_000) break;
  }
  expect({ started, ended }).toEqual({ started: 3, ended: 3 });
});

test("threads do not keep a process alive in which nobody asks for more text", async () => {
  const directory = mkdtempSync(join(tmpdir(), "decompress-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "file.bz2");
  writeFileSync(file, await bzip2Compress(mixed(3, 3_000_000)));
  const program = `
    import { createReadStream } from "node:fs";
    import { decompress } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url))};
    const texts = decompress(createReadStream(${JSON.stringify(file)}));
    for (let size = 0; size < 500_000; ) size += (await texts.next()).value.length;`;
  const args = ["--input-type=module", "--eval", program];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 25_000 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}, 30_000);

test("where Node's permission model forbids threads, it does without them", async () => {
  const directory = mkdtempSync(join(tmpdir(), "decompress-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "file.bz2");
  writeFileSync(file, await bzip2Compress(mixed(3, 3_000_000), { level: 1 }));
  const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
  const option = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const { status, stdout } = spawnSync(process.execPath, [option, "--allow-fs-read=*", bin, "--text", file], {
    maxBuffer: 10_000_000,
  });
  expect(status).toBe(0);
  expect(stdout.equals(mixed(3, 3_000_000))).toBe(true);
});
