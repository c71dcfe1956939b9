import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeBzip2 } from "test-support";
import { expect, test } from "vitest";
import { bytesOf, recordOf } from "../test/fixture.ts";
import { readSummary } from "./read-summary.ts";

interface Read {
  readonly number: number;
  readonly offset: number;
  readonly text: string;
}

async function read(bytes: Uint8Array | string, size = 1_000_000): Promise<Read[]> {
  const whole = Buffer.from(bytes as Uint8Array);
  const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
    whole.subarray(index * size, (index + 1) * size),
  );
  const all: Read[] = [];
  for await (const batch of readSummary(bytesOf(pieces)))
    for (const { number, offset, bytes: record } of batch)
      all.push({ number, offset, text: Buffer.from(record).toString("latin1") });
  return all;
}

const failure = (bytes: Uint8Array | string) => read(bytes).then(String, (error: unknown) => error);

test("records are cut at empty lines, however the bytes come", async () => {
  const lines = fc.array(fc.constantFrom("A=1", "B=", "", "C=x=y", "D=1\r", "\r"), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 1, max: 20 }), async (parts, size) => {
      const text = `A=0\n${parts.join("\n")}`;
      const found = await read(text, size);
      const expected = text
        .split(/\n(?:\r?\n)+/)
        .map((part) => part.replace(/^(?:\r?\n)+|(?:\r?\n)*\r?$/g, ""));
      expect(found.map((record) => record.text)).toEqual(expected.filter((part) => part !== ""));
      for (const { offset, text: own } of found)
        expect(text.slice(offset)).toMatch(
          new RegExp(`^${own.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`),
        );
      expect(found.map(({ number }) => number)).toEqual(found.map((_, index) => index + 1));
    }),
    { numRuns: 200 },
  );
});

test("text, NDJSON and both in gzip give the same records", async () => {
  const record = recordOf({ PKGNAME: "a-1", DEPENDS: ["b", "c"], COMMENT: "grün" });
  const json = '{"PKGNAME":"a-1","DEPENDS":["b","c"],"COMMENT":"grün"}\n';
  const expected = [Buffer.from(record.trimEnd()).toString("latin1")];
  for (const form of [record, json, gzipSync(record), gzipSync(json)])
    for (const size of [1, 1000]) expect((await read(form, size)).map(({ text }) => text)).toEqual(expected);
  expect(await read("")).toEqual([]);
  expect(await read(gzipSync(""))).toEqual([]);
});

test("bytes that are no UTF-8 come through NDJSON as they were", async () => {
  const json = String.raw`{"A":"caf\udce9"}${"\n"}`;
  expect(await read(json)).toEqual([{ number: 1, offset: 0, text: "A=caf\xe9" }]);
});

test.each([
  ['{"A":1}\n', "line 1 of the NDJSON: a string of one line or an array of them was expected for A"],
  ['{"A":"x\\ny"}\n', "line 1 of the NDJSON: a string of one line or an array of them was expected for A"],
  ['{"A":"x"}\n[]\n', "line 2 of the NDJSON: a JSON object was expected, found []"],
  ['{"A":"x"}\n{"A":\n', "line 2 of the NDJSON: a JSON object was expected: "],
  ['{"A":"x"}\n{"A":"x"}', "the NDJSON is not whole: an end of line was expected at its end"],
])("NDJSON that is something else is an error: %j", async (input, message) => {
  expect(await failure(input)).toMatchObject({
    code: "ERR_CATALOGUE_SUMMARY",
    message: expect.stringContaining(message),
  });
});

test.each([
  ["bzip2", encodeBzip2(Buffer.from("A=1\n"))],
  ["xz", Buffer.from("fd377a585a000004", "hex")],
  ["zstd", Buffer.from("28b52ffd2000010000", "hex")],
])("what is compressed with %s is named, with what to do", async (name, bytes) => {
  expect(await failure(bytes)).toMatchObject({
    code: "ERR_CATALOGUE_SUMMARY",
    message: `the summary is compressed with ${name}, which is not read here; decompress it first, such as with \`bz2-record-stream --text\``,
  });
});

test("a record that never ends is refused", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(4 * 1024 * 1024, "A");
  }
  const all = async () => {
    for await (const _ of readSummary(endless()));
  };
  await expect(all()).rejects.toThrow(
    "a record of at most 16777216 bytes was expected at byte 0 of the text",
  );
});
