import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { bzip2Compress, encodeBzip2, machineTool } from "test-support";
import { expect, test } from "vitest";
import { decompress, type DecompressOptions } from "./decompress.ts";
import { RecordStreamError } from "./errors.ts";

const text = Buffer.from("one\ntwo two\nthree three three\n".repeat(20));

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // One buffer for all chunks, since a producer is free to do that.
  const chunk = new Uint8Array(size);
  for (let start = 0; start < bytes.length; start += size) {
    const part = bytes.subarray(start, start + size);
    chunk.set(part);
    yield chunk.subarray(0, part.length);
    chunk.fill(0xff);
  }
}

async function unpack(bytes: Uint8Array, options?: DecompressOptions, size = 1000): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of decompress(chunks(bytes, size), options)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

async function failure(bytes: Uint8Array, options?: DecompressOptions): Promise<RecordStreamError> {
  const error: unknown = await unpack(bytes, options).catch((caught: unknown) => caught);
  if (!(error instanceof RecordStreamError))
    throw new Error(`a RecordStreamError was expected, got ${String(error)}`);
  return error;
}

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

test.each(samples)("bzip2 gives back %s", async (_, bytes) => {
  const packed = await bzip2Compress(bytes);
  expect((await unpack(packed)).equals(bytes)).toBe(true);
  expect((await unpack(packed, { decoder: "portable" })).equals(bytes)).toBe(true);
});

test.each(samples)("the encoder of the tests gives back %s", async (_, bytes) => {
  const packed = encodeBzip2(bytes);
  expect((await unpack(packed)).equals(bytes)).toBe(true);
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

test("both decoders and the original agree on whatever bytes there are, however they are cut", async () => {
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

test("streams and members that follow each other are one text", async () => {
  expect(
    (await unpack(Buffer.concat([encodeBzip2(text), encodeBzip2(text)]))).equals(Buffer.concat([text, text])),
  ).toBe(true);
  expect(
    (await unpack(Buffer.concat([gzipSync(text), gzipSync(text)]))).equals(Buffer.concat([text, text])),
  ).toBe(true);
});

test("plain text passes as it is", async () => {
  expect((await unpack(text)).equals(text)).toBe(true);
  expect((await unpack(Buffer.from("B is no header\n"))).toString()).toBe("B is no header\n");
  expect(await unpack(Buffer.alloc(0))).toHaveLength(0);
});

const original = Buffer.concat([text.subarray(0, 200), Buffer.alloc(300, "z"), Buffer.from([0, 255, 7])]);
const decoders: readonly (readonly [string, Buffer, DecompressOptions])[] = [
  ["bzip2", encodeBzip2(original), {}],
  ["bzip2 by the portable decoder", encodeBzip2(original), { decoder: "portable" }],
  ["bzip2 of two streams", Buffer.concat([encodeBzip2(original), encodeBzip2(Buffer.alloc(0))]), {}],
  ["gzip", gzipSync(original), {}],
];

test.each(decoders)("a %s file that is cut anywhere is an error", async (name, packed, options) => {
  const whole = name.includes("two") ? encodeBzip2(original).length : packed.length;
  for (let length = 1; length < packed.length; length++) {
    if (length === whole) continue;
    expect((await failure(packed.subarray(0, length), options)).code, `${length} bytes`).toBe(
      "ERR_BZ2_TRUNCATED",
    );
  }
});

test.each(decoders)(
  "any damaged byte of a %s file is an error or changes nothing",
  async (_, packed, options) => {
    for (let index = 0; index < packed.length; index++) {
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const damaged = Buffer.from(packed);
        damaged[index] = (damaged[index] ?? 0) ^ flip;
        const result = await unpack(damaged, options).catch((error: unknown) => error);
        const isHarmless = Buffer.isBuffer(result) && result.equals(original);
        expect(isHarmless || result instanceof RecordStreamError, `byte ${index} with ${flip}`).toBe(true);
      }
    }
  },
);

test.each(["native", "portable"] as const)(
  "the %s decoder checks the checksum of a stream",
  async (decoder) => {
    const packed = encodeBzip2(Buffer.alloc(0));
    packed[10] = (packed[10] ?? 0) ^ 1;
    expect(await failure(packed, { decoder })).toMatchObject({ code: "ERR_BZ2_CORRUPT" });
  },
);

test("bytes after the end are an error of the portable decoder too", async () => {
  const packed = Buffer.concat([encodeBzip2(text), Buffer.from("garbage")]);
  expect(await failure(packed, { decoder: "portable" })).toMatchObject({ code: "ERR_BZ2_CORRUPT" });
});

test.each([
  ["bzip2", encodeBzip2(text)],
  ["gzip", gzipSync(text)],
])("bytes after the end of a %s stream are an error", async (format, packed) => {
  const error = await failure(Buffer.concat([packed, Buffer.from("garbage")]));
  expect(error).toMatchObject({ code: "ERR_BZ2_TRAILING_GARBAGE", format });
});

test("a format that is not supported is named", async () => {
  const zstd = Buffer.from("28b52ffd2000010000", "hex");
  expect(await failure(zstd)).toMatchObject({
    code: "ERR_BZ2_UNSUPPORTED_FORMAT",
    message: "zstd stream: this compression is not supported; bzip2, gzip or plain text was expected",
  });
});

test("more output than allowed is refused before it is handed on", async () => {
  const bomb = await bzip2Compress(Buffer.alloc(5_000_000));
  expect(bomb.length).toBeLessThan(1000);
  expect((await failure(bomb, { maxOutput: 1_000_000 })).message).toBe(
    "bzip2 stream: at most 1000000 bytes were allowed to come out, found more",
  );
});

test("a consumer that stops early stops the producer", async () => {
  let stopped = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield text;
    } finally {
      stopped = true;
    }
  }
  for await (const _ of decompress(endless())) break;
  expect(stopped).toBe(true);
});
