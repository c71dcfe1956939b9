import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { compress, encodeBzip2, filter, machineTool } from "test-support";
import { describe, expect, test } from "vitest";
import { chunks, failure, undetected, unpack } from "../test/unpack.ts";
import { decompress, type DecompressOptions } from "./decompress.ts";
import type { Format } from "./detect.ts";

const text = Buffer.from("one\ntwo two\nthree three three\n".repeat(20));
/** What is damaged everywhere; short, so that this does not take long. */
const original = Buffer.concat([text.subarray(0, 200), Buffer.alloc(300, "z"), Buffer.from([0, 255, 7])]);

interface Kind {
  readonly name: string;
  readonly format: Format;
  readonly options: DecompressOptions;
  /** The program that packs; undefined where none is needed. */
  readonly tool?: "xz" | "zstd";
  readonly pack: (bytes: Uint8Array) => Promise<Buffer>;
}

const bzip2 = { format: "bzip2", pack: async (bytes: Uint8Array) => encodeBzip2(bytes) } as const;
const kinds: readonly Kind[] = [
  { name: "bzip2", options: {}, ...bzip2 },
  { name: "bzip2 by the portable decoder", options: { decoder: "portable" }, ...bzip2 },
  { name: "gzip", format: "gzip", options: {}, pack: async (bytes) => gzipSync(bytes) },
  { name: "xz (skipped without the program)", format: "xz", options: {}, tool: "xz", pack: packBy("xz") },
  {
    name: "zstd (skipped without the program)",
    format: "zstd",
    options: {},
    tool: "zstd",
    pack: packBy("zstd"),
  },
];

function packBy(compression: "xz" | "zstd"): (bytes: Uint8Array) => Promise<Buffer> {
  return (bytes) => gather(compress([bytes], compression));
}

async function gather(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

const isMissing = (tool: string | undefined) => tool !== undefined && machineTool(tool) === undefined;

describe.each(kinds)("$name", ({ format, options, tool, pack }) => {
  const isSkipped = isMissing(tool);

  test.skipIf(isSkipped)(
    "a text can be left at any place, also where all of it has been read ahead",
    async () => {
      for (const bytes of [text, Buffer.alloc(400_000, text)]) {
        const packed = await pack(bytes);
        for (const count of [1, 2]) {
          const left = decompress(chunks(packed, 100_000), options);
          for (let taken = 0; taken < count; taken++) await left.next();
          for (let turn = 0; turn < 10; turn++) await nextTurn();
          expect(await left.return(undefined)).toMatchObject({ done: true });
        }
      }
    },
  );

  test.skipIf(isSkipped)("texts of several sizes come back, in chunks of any size", async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from("x"), text, Buffer.alloc(400_000, text)]) {
      const packed = await pack(bytes);
      for (const size of [1, 7, 100_000].slice(bytes.length > 1000 ? 1 : 0))
        expect((await unpack(packed, options, size)).equals(bytes), `${bytes.length} by ${size}`).toBe(true);
    }
  });

  test.skipIf(isSkipped)("several in one file are one text", async () => {
    const packed = Buffer.concat([await pack(text), await pack(Buffer.alloc(0)), await pack(text)]);
    expect((await unpack(packed, options)).equals(Buffer.concat([text, text]))).toBe(true);
  });

  test.skipIf(isSkipped)("several files can be read in turns", async () => {
    const bytes = Buffer.alloc(400_000, text);
    const packed = await pack(bytes);
    const outputs = [1, 2, 3].map(() => ({
      parts: [] as Buffer[],
      iterator: decompress(chunks(packed, 1000), options),
    }));
    for (const waiting = [...outputs]; waiting.length > 0;) {
      const output = waiting.shift() as (typeof outputs)[number];
      const { done, value } = await output.iterator.next();
      if (done === true) continue;
      output.parts.push(Buffer.from(value));
      waiting.push(output);
    }
    for (const { parts } of outputs) expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  test.skipIf(isSkipped)("chunks stay valid, however long a stream of Node keeps them", async () => {
    const long = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index >> 8) ^ index));
    const short = Array.from({ length: 20 }, (_, index) => Buffer.from(`text ${index}\n`));
    const packed = Buffer.concat(await Promise.all([...short, long].map(pack)));
    const parts: Buffer[] = [];
    const slow = new Writable({
      write(part: Buffer, _encoding, done) {
        parts.push(part);
        setImmediate(done);
      },
    });
    await pipeline(Readable.from(decompress(chunks(packed, 5000), options)), slow);
    expect(Buffer.concat(parts).equals(Buffer.concat([...short, long]))).toBe(true);
  });

  test.skipIf(isSkipped)("a file that is cut anywhere is an error", async () => {
    const one = await pack(original);
    const two = Buffer.concat([one, await pack(text)]);
    for (let length = 1; length < two.length; length++) {
      if (length === one.length) continue;
      const { code } = await failure(two.subarray(0, length), options);
      expect(code, `${length} bytes`).toBe("ERR_BZ2_TRUNCATED");
    }
  });

  test.skipIf(isSkipped)("any damaged byte is an error or changes nothing", async () => {
    expect(await undetected(await pack(original), original, options)).toEqual([]);
  });

  test.skipIf(isSkipped)("bytes after the end are an error", async () => {
    const packed = await pack(text);
    const error = await failure(Buffer.concat([packed, Buffer.from("garbage garbage")]), options);
    // unbzip2-stream does not tell this from other damage.
    const code = options.decoder === "portable" ? "ERR_BZ2_CORRUPT" : "ERR_BZ2_TRAILING_GARBAGE";
    expect(error).toMatchObject({ code, format });
    // zlib wants two bytes of a header before it looks at the first, and unbzip2-stream four.
    const least = options.decoder === "portable" ? 4 : format === "gzip" ? 2 : 1;
    for (let length = least; length < 15; length++) {
      const rest = Buffer.alloc(length, "garbage");
      expect((await failure(Buffer.concat([packed, rest]), options)).code, `${length} bytes`).toBe(code);
    }
    // xz may be padded with four times as many zeros as one likes.
    for (const size of [1, 200_001])
      expect((await failure(Buffer.concat([packed, Buffer.alloc(size)]), options)).format).toBe(format);
  });
});

test("plain text passes as it is", async () => {
  expect((await unpack(text)).equals(text)).toBe(true);
  expect((await unpack(Buffer.from("B is no header\n"))).toString()).toBe("B is no header\n");
  expect(await unpack(Buffer.alloc(0))).toHaveLength(0);
  const parts: Uint8Array[] = [];
  for await (const part of decompress(chunks(text, 100))) parts.push(part);
  expect(Buffer.concat(parts).equals(text)).toBe(true);
});

test.skipIf(isMissing("xz"))(
  "xz with a checksum that is not read is named (skipped without xz)",
  async () => {
    const packed = await gather(filter(machineTool("xz") ?? "", ["-c", "--check=sha256"], [text]));
    expect(await failure(packed)).toMatchObject({
      code: "ERR_BZ2_UNSUPPORTED_FORMAT",
      format: "xz",
      message: expect.stringMatching(/^xz stream: a checksum other than CRC-32 and CRC-64, or a filter/),
    });
  },
);

test("zstd that needs a dictionary is named", async () => {
  expect(await failure(Buffer.from("28b52ffd2107000100000061", "hex"))).toMatchObject({
    code: "ERR_BZ2_UNSUPPORTED_FORMAT",
    message: "zstd stream: a frame that needs a dictionary",
  });
});

test.skipIf(isMissing("zstd"))("zstd frames that are to be skipped are (skipped without zstd)", async () => {
  const skipped = Buffer.from("502a4d1803000000616263", "hex");
  const packed = Buffer.concat([skipped, await packBy("zstd")(text), skipped]);
  expect((await unpack(packed)).equals(text)).toBe(true);
});

test("what the source throws comes out as it is, and a consumer that stops early stops the producer", async () => {
  const reason = new Error("the line is dead");
  let stopped = 0;
  async function* source(first: Uint8Array): AsyncGenerator<Uint8Array> {
    try {
      yield first;
      throw reason;
    } finally {
      stopped += 1;
    }
  }
  const packed = [text, encodeBzip2(text), gzipSync(text)].map((bytes) => bytes.subarray(0, 60));
  for (const bytes of packed) await expect(gather(decompress(source(bytes)))).rejects.toBe(reason);
  for await (const _ of decompress(source(text))) break;
  expect(stopped).toBe(packed.length + 1);
});
