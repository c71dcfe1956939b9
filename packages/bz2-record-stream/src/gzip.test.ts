import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decompress } from "./decompress.ts";

test("the text of gzip is freed when it has been used, and not while it is", async () => {
  const text = Buffer.concat(Array.from({ length: 40 }, () => randomBytes(100_000)));
  async function* packed(): AsyncGenerator<Uint8Array> {
    yield gzipSync(text);
  }
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for await (const piece of decompress(packed(), { reuseMemory: true })) {
    expect(text.compare(piece, 0, piece.length, offset, offset + piece.length)).toBe(0);
    offset += piece.length;
    pieces.push(piece);
  }
  expect(offset).toBe(text.length);
  const left = pieces.reduce((sum, { length }) => sum + length, 0);
  expect(left).toBeLessThan(text.length / 10);
});

test("a source of gzip may use its memory again for the next chunk", async () => {
  const text = randomBytes(2_000_000);
  const packed = gzipSync(text);
  for (const size of [100, 100_000, 300_000]) {
    const memory = Buffer.alloc(size);
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let start = 0; start < packed.length; start += size) {
        const length = packed.copy(memory, 0, start, start + size);
        yield memory.subarray(0, length);
        memory.fill("x");
      }
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of decompress(source())) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(text)).toBe(true);
  }
});

test("the text of what has come does not wait for what comes later", async () => {
  const [first, second] = ["first", "second"].map((text) => gzipSync(text, { level: 0 }));
  let seen: () => void = () => {};
  const firstIsSeen = new Promise<void>((resolve) => (seen = resolve));
  async function* source(): AsyncGenerator<Uint8Array> {
    yield first as Buffer;
    await firstIsSeen;
    yield second as Buffer;
  }
  const texts: string[] = [];
  for await (const piece of decompress(source())) {
    texts.push(Buffer.from(piece).toString());
    seen();
  }
  expect(texts.join("")).toBe("firstsecond");
});

test("what a source of gzip throws comes out as it is, also a stream's own failure", async () => {
  const failure = Object.assign(new Error("gone"), { code: "ERR_STREAM_DESTROYED" });
  async function* source(): AsyncGenerator<Uint8Array> {
    yield gzipSync(randomBytes(100_000)).subarray(0, 50_000);
    throw failure;
  }
  await expect(async () => {
    for await (const _ of decompress(source()));
  }).rejects.toBe(failure);
});
