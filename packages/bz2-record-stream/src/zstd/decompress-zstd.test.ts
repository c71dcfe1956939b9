import fc from "fast-check";
import { filter, machineTool } from "test-support";
import { expect, test } from "vitest";
import { mixed } from "../../test/mixed.ts";
import { failure, unpack } from "../../test/unpack.ts";
import { RecordStreamError } from "../errors.ts";

const zstd = machineTool("zstd");

/** Packs with the machine's program. */
async function pack(bytes: Uint8Array, ...options: string[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of filter(zstd ?? "", ["-c", "-q", ...options], [bytes])) parts.push(part);
  return Buffer.concat(parts);
}

test.skipIf(zstd === undefined)(
  "what zstd packs comes back, at any level and in any window (skipped without zstd)",
  async () => {
    const streams = fc.array(
      fc.record({
        seed: fc.nat(),
        size: fc.oneof(fc.nat(3000), fc.nat(900_000)),
        options: fc.constantFrom(
          ["-1"],
          ["-3"],
          ["-9"],
          ["-19"],
          ["--fast=5"],
          ["-5", "--zstd=wlog=17"],
          ["-3", "--no-check"],
        ),
      }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(streams, fc.integer({ min: 1000, max: 200_000 }), async (parts, size) => {
        const originals = parts.map((part) => mixed(part.seed, part.size));
        const packed = await Promise.all(
          originals.map((bytes, index) => pack(bytes, ...(parts[index]?.options ?? []))),
        );
        expect((await unpack(Buffer.concat(packed), {}, size)).equals(Buffer.concat(originals))).toBe(true);
      }),
      { numRuns: 12 },
    );
  },
);

test.skipIf(zstd === undefined)("a text of many windows comes back (skipped without zstd)", async () => {
  // What is repeated lies as far back as a window of 128 KiB allows, and the text goes round the memory several times.
  const part = mixed(5, 120_000);
  const text = Buffer.concat(
    Array.from({ length: 30 }, (_, index) => Buffer.concat([part, Buffer.of(index)])),
  );
  const packed = await pack(text, "-9", "--zstd=wlog=17");
  expect(packed.length).toBeLessThan(text.length / 10);
  expect((await unpack(packed)).equals(text)).toBe(true);
});

test.skipIf(zstd === undefined)(
  "damage without a checksum is an error or other text, never anything else (skipped without zstd)",
  async () => {
    const packed = await pack(mixed(11, 40_000), "-19", "--no-check");
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
        const result: unknown = await unpack(packed.with(index, (packed[index] ?? 0) ^ flip)).catch(
          (error: unknown) => error,
        );
        expect(Buffer.isBuffer(result) || result instanceof RecordStreamError).toBe(true);
      }),
      { numRuns: 300 },
    );
  },
);

test("a frame tells how much it holds, and holds it", async () => {
  // Magic number, descriptor of a single segment, a size, and one last block of bytes as they are.
  const frame = (size: number) =>
    Buffer.concat([Buffer.from("28b52ffd20", "hex"), Buffer.of(size, 0x19, 0, 0), Buffer.from("abc")]);
  expect((await unpack(frame(3))).toString()).toBe("abc");
  expect(await failure(frame(4))).toMatchObject({
    code: "ERR_BZ2_CORRUPT",
    message: expect.stringContaining("4 bytes were expected in a frame, found 3"),
  });
  expect(await failure(frame(2))).toMatchObject({ code: "ERR_BZ2_CORRUPT" });
});

test("a window that is too large is refused before memory is taken for it", async () => {
  // A window descriptor of 2 GiB.
  expect(await failure(Buffer.from("28b52ffd00a8010000", "hex"))).toMatchObject({
    code: "ERR_BZ2_LIMIT",
    format: "zstd",
    message: expect.stringContaining("a window of at most 134217728 bytes was expected, found 2147483648"),
  });
});
