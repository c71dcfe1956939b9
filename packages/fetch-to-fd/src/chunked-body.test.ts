import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeChunks } from "./chunked-body.ts";

/** Decodes what comes in pieces of these sizes, again and again; each piece is overwritten when the next is asked for. */
async function decode(encoded: Uint8Array, sizes: readonly number[] = [encoded.length]): Promise<Buffer> {
  let at = 0;
  let turn = 0;
  let last: Uint8Array | undefined;
  const receive = async () => {
    last?.fill(0xff);
    if (at >= encoded.length) return undefined;
    const size = sizes[turn++ % sizes.length] ?? 1;
    last = Uint8Array.from(encoded.subarray(at, at + size));
    at += size;
    return last;
  };
  const parts: Buffer[] = [];
  for await (const part of decodeChunks(receive)) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

function encode(chunks: readonly Uint8Array[], end = "0\r\n\r\n"): Buffer {
  const encoded = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...encoded, Buffer.from(end)]);
}

test("bytes come out as they went in, however they are cut", async () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 8 }), sizes, async (chunks, cuts) => {
      expect((await decode(encode(chunks), cuts)).equals(Buffer.concat(chunks))).toBe(true);
    }),
  );
});

test.each([
  ["5\r\nhello\r\n0\r\n\r\n", "hello"],
  ["5;name=value\r\nhello\r\n0;x\r\n\r\n", "hello"],
  ["005 \r\nhello\r\n00\r\na: b\r\nc: d\r\n\r\n", "hello"],
  ["A\r\n0123456789\r\n0\r\n\r\nanything after it", "0123456789"],
  ["5\nhello\n0\n\n", "hello"],
  ["0\r\n\r\n", ""],
])("%j is %j", async (encoded, expected) => {
  expect((await decode(Buffer.from(encoded))).toString()).toBe(expected);
  expect((await decode(Buffer.from(encoded), [1])).toString()).toBe(expected);
});

describe("an error is", () => {
  test.each([
    ["hello\r\n", "a chunk does not tell its size"],
    ["-5\r\nhello\r\n", "a chunk does not tell its size"],
    ["\r\n", "a chunk does not tell its size"],
    ["12345678901234\r\n", "a chunk does not tell its size"],
    ["5\r\nhello, world\r\n", "a chunk does not end where it should"],
    [`5;${"x".repeat(20_000)}`, "a line between two chunks is too long"],
  ])("%.30j: %s", async (encoded, message) => {
    await expect(decode(Buffer.from(encoded))).rejects.toThrow(message);
  });

  test("every end before the end", async () => {
    const encoded = encode([Buffer.from("hello"), Buffer.from("world")], "0\r\na: b\r\n\r\n");
    for (let length = 0; length < encoded.length; length++) {
      await expect(decode(encoded.subarray(0, length), [3])).rejects.toMatchObject({ code: "ECONNRESET" });
    }
  });
});
