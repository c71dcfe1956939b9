import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeBzip2, realData } from "test-support";
import { expect, test } from "vitest";
import { decompress } from "./decompress.ts";
import { toNdjson } from "./ndjson.ts";
import { records, type RecordsOptions } from "./records.ts";
import { decodeText, encodeText } from "./text.ts";

const summary = "PKGNAME=a-1\nDEPENDS=b>=1\nDEPENDS=c-[0-9]*\nDESCRIPTION=\n\nPKGNAME=b=2\n";

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

interface Flat {
  number: number;
  offset: number;
  text: string;
}

async function flat(bytes: Uint8Array, size = 7, options: RecordsOptions = {}): Promise<Flat[]> {
  const all: Flat[] = [];
  for await (const batch of records(chunks(bytes, size), options)) {
    for (const record of batch) {
      all.push({ number: record.number, offset: record.offset, text: decodeText(record.bytes) });
    }
  }
  return all;
}

test("records end at an empty line, and the last one needs none", async () => {
  expect(await flat(Buffer.from(summary))).toEqual([
    { number: 1, offset: 0, text: "PKGNAME=a-1\nDEPENDS=b>=1\nDEPENDS=c-[0-9]*\nDESCRIPTION=" },
    { number: 2, offset: 56, text: "PKGNAME=b=2" },
  ]);
});

test("several empty lines, and lines that end in CR LF, make no difference", async () => {
  const bytes = Buffer.from("\n\r\nA=1\r\nB=2\r\n\r\n\n\nC=3\r\n");
  for (let size = 1; size <= bytes.length; size++) {
    expect(await flat(bytes, size)).toEqual([
      { number: 1, offset: 3, text: "A=1\r\nB=2" },
      { number: 2, offset: 17, text: "C=3" },
    ]);
  }
});

test("no text and empty lines alone have no records", async () => {
  expect(await flat(Buffer.alloc(0))).toEqual([]);
  expect(await flat(Buffer.from("\n"))).toEqual([]);
  expect(await flat(Buffer.from("\r\n\n\n"))).toEqual([]);
});

test("a line can be a record too, without what ends it", async () => {
  const bytes = Buffer.from("SHA512 (a) = 0\r\n\nSHA512 (b) = 1\n\r\nno end\r");
  for (let size = 1; size <= bytes.length; size++) {
    expect(await flat(bytes, size, { separator: "line" })).toEqual([
      { number: 1, offset: 0, text: "SHA512 (a) = 0" },
      { number: 2, offset: 17, text: "SHA512 (b) = 1" },
      { number: 3, offset: 34, text: "no end" },
    ]);
  }
});

test("any chunking gives the same records, and they are what lies between the empty lines", async () => {
  const text = fc.array(fc.constantFrom("A=1", "B=", "", "C=ü", "\r", "D=x=y", "E=1\r"), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom("line", "empty-line"),
      async (lines, size, separator) => {
        const bytes = Buffer.from(lines.join("\n"));
        const found = await flat(bytes, size, { separator });
        expect(found).toEqual(await flat(bytes, 10_000, { separator }));
        const pieces = bytes.toString().split(separator === "line" ? "\n" : /\n(?:\r?\n)+/);
        const texts = pieces.map((piece) => piece.replace(/^(?:\r?\n)+/, "").replace(/\r?\n?$/, ""));
        expect(found.map((record) => record.text)).toEqual(texts.filter((piece) => piece !== ""));
        for (const { offset, text: own } of found)
          expect(bytes.subarray(offset).toString().startsWith(own)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test("text in one large piece is cut as fast as in small ones", async () => {
  const bytes = Buffer.from("A=1\r\nB=2\r\n\r\n".repeat(100_000));
  // Were each record to search all of the text, this would take minutes.
  expect(await flat(bytes, bytes.length)).toHaveLength(100_000);
});

test("fields keep every line of a variable, in order", async () => {
  const { value: batch } = await records(chunks(Buffer.from(summary), 1000)).next();
  expect([...(batch?.[0]?.fields() ?? [])]).toEqual([
    ["PKGNAME", ["a-1"]],
    ["DEPENDS", ["b>=1", "c-[0-9]*"]],
    ["DESCRIPTION", [""]],
  ]);
});

test("a line without = is an error that names the record, its place and the line", async () => {
  const bytes = Buffer.from("A=1\n\n<html>\n");
  const read = async () => {
    for await (const batch of records(chunks(bytes, 100))) batch.forEach((record) => record.fields());
  };
  await expect(read()).rejects.toMatchObject({
    code: "ERR_BZ2_MALFORMED_RECORD",
    recordNumber: 2,
    textOffset: 5,
    message: 'record 2, at byte 5 of the text: VARIABLE=VALUE was expected, found "<html>"',
  });
});

test("a record that is too long is refused, whether it ends or not", async () => {
  const error = async (bytes: Uint8Array, options: RecordsOptions) =>
    flat(bytes, 100, { maxRecordSize: 1000, ...options }).catch((caught: unknown) => caught);
  const endless = Buffer.from(`A=1\n\nB=${"x".repeat(5000)}`);
  const limit = { code: "ERR_BZ2_LIMIT", recordNumber: 2, textOffset: 5 };
  expect(await error(endless, {})).toMatchObject({
    ...limit,
    message: expect.stringMatching(
      /^record 2, at byte 5 .*at most 1000 bytes were expected, and no empty line/,
    ),
  });
  expect(await error(Buffer.from("A\n\n\n\nB".padEnd(5000, "x")), { separator: "line" })).toMatchObject(
    limit,
  );
  const all = await flat(endless, endless.length, { maxRecordSize: 5 }).catch((caught: unknown) => caught);
  expect(all).toMatchObject(limit);
});

test("a long record in many small chunks is not copied for each of them", async () => {
  const record = `A=${"x".repeat(3_000_000)}`;
  const all = await flat(Buffer.from(`${record}\n\nB=1\n`), 100);
  expect(all.map(({ number, offset, text }) => [number, offset, text.length])).toEqual([
    [1, 0, record.length],
    [2, record.length + 2, 3],
  ]);
});

test("a stream that is cut tells how many records and bytes had come", async () => {
  const text = "A=1\nB=2\n\n".repeat(30_000);
  const packed = encodeBzip2(Buffer.from(text));
  let seen = 0;
  const read = async () => {
    for await (const batch of records(decompress(chunks(packed.subarray(0, -20), 500)))) seen += batch.length;
  };
  const error = (await read().catch((caught: unknown) => caught)) as {
    recordNumber: number;
    textOffset: number;
  };
  expect(error).toMatchObject({ code: "ERR_BZ2_TRUNCATED", recordNumber: seen });
  expect(seen).toBeGreaterThan(10_000);
  expect(error.textOffset).toBeGreaterThanOrEqual(seen * 9);
});

test("damage to gzip tells where it was noticed, and how far the records had come", async () => {
  const text = Buffer.from(summary.repeat(20_000));
  for (const bytes of [text, Buffer.from(summary)]) {
    const packed = gzipSync(bytes, { level: 1 });
    packed[packed.length - 8] = (packed.at(-8) ?? 0) ^ 1;
    await expect(async () => {
      for await (const batch of records(decompress(chunks(packed, 4096)))) void batch;
    }).rejects.toThrow(
      /^gzip stream: incorrect data check in the 256 KiB that begin at byte \d+, after \d+ whole records \(\d+ bytes of text\)$/,
    );
  }
});

test("text that is no UTF-8 comes back as the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      expect([...encodeText(decodeText(bytes))]).toEqual([...bytes]);
    }),
    { numRuns: 500 },
  );
  expect(decodeText(Buffer.from("caf\xe9 ü", "latin1"))).toBe("caf\udce9 \udcfc");
  expect(encodeText("😀").toString()).toBe("😀");
});

test("JSON has a string for one value and an array for several", async () => {
  for await (const [record] of records(chunks(Buffer.from("A=1\nB=2\nB=3\n__proto__=x\n"), 100))) {
    expect(record && toNdjson(record)).toBe('{"A":"1","B":["2","3"],"__proto__":"x"}\n');
  }
});

test.skipIf(realData("pkg_summary.bz2") === undefined)(
  "a catalogue of real size has all its records (skipped without the real-size test data)",
  async () => {
    let count = 0;
    for await (const batch of records(decompress(createReadStream(realData("pkg_summary.bz2") ?? "")))) {
      count += batch.length;
    }
    expect(count).toBe(29_022);
  },
);

test("chunks that are not bytes are refused, not taken for nothing", async () => {
  const text = Readable.from([summary]) as AsyncIterable<Uint8Array>;
  const expected = "chunks of bytes, such as a Buffer, were expected, found a string";
  await expect(records(text).next()).rejects.toThrow(expected);
  await expect(decompress(Readable.from([summary])).next()).rejects.toThrow(expected);
});
