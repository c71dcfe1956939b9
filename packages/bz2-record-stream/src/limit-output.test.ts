import { gzipSync } from "node:zlib";
import { bzip2Compress } from "test-support";
import { expect, test } from "vitest";
import { chunks, failure, unpack } from "../test/unpack.ts";
import { decompress } from "./decompress.ts";

test("more output than allowed is refused before it is handed on", async () => {
  const bomb = await bzip2Compress(Buffer.alloc(5_000_000));
  expect(bomb.length).toBeLessThan(1000);
  let handedOn = 0;
  const read = async () => {
    for await (const { length } of decompress(chunks(bomb, 1000), { maxOutput: 1_000_000 }))
      handedOn += length;
  };
  await expect(read()).rejects.toMatchObject({
    code: "ERR_BZ2_LIMIT",
    message: `bzip2 stream: at most 1000000 bytes were allowed to come out (maxOutput), found more at byte ${bomb.length}`,
  });
  expect(handedOn).toBeLessThanOrEqual(1_000_000);
  expect(await failure(Buffer.alloc(1001), { maxOutput: 1000 })).toMatchObject({ format: "plain" });
});

test("a bomb is refused for its ratio, unless that is allowed", async () => {
  const zeros = Buffer.alloc(30_000_000);
  for (const [format, bomb] of [
    ["bzip2", await bzip2Compress(zeros)] as const,
    ["gzip", gzipSync(zeros)] as const,
  ]) {
    expect(await failure(bomb)).toMatchObject({
      code: "ERR_BZ2_LIMIT",
      format,
      message: expect.stringContaining(
        "at most 1000 times as many bytes were allowed to come out as went in",
      ),
    });
    expect((await unpack(bomb, { maxRatio: Infinity })).length).toBe(zeros.length);
  }
  const text = Buffer.alloc(30_000_000, "some text, again and again ".repeat(10_000));
  expect(await failure(gzipSync(text), { maxRatio: 10 })).toMatchObject({ code: "ERR_BZ2_LIMIT" });
});
