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
