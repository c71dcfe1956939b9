import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { bzip2Compress, machineTool, serve } from "test-support";
import { afterEach, expect, test } from "vitest";
import { CorruptError, decompressPortable, LimitError, type Limits, TruncatedError } from "./portable.ts";

const text = "one\ntwo two\nthree three three\n".repeat(40_000);
const browser = machineTool("chromium");
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server with a page that can decode, and a compressed text. */
async function serveSample(): Promise<string> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("../test/browser-page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  const packed = await bzip2Compress(Buffer.from(text), { level: 1 });
  const page = '<!doctype html><title>test</title><script type="module" src="page.js"></script>';
  const files = new Map<string, readonly [string, Uint8Array]>([
    ["/", ["text/html", Buffer.from(page)]],
    ["/page.js", ["text/javascript", bundle.outputFiles[0]?.contents ?? new Uint8Array(0)]],
    ["/sample.bz2", ["application/octet-stream", packed]],
    ["/damaged.bz2", ["application/octet-stream", packed.with(100, (packed[100] ?? 0) ^ 1)]],
    ["/cut.bz2", ["application/octet-stream", packed.subarray(0, -5)]],
  ]);
  const server = await serve((request, response) => {
    const [type, body] = files.get(request.url ?? "") ?? ["text/plain", Buffer.from("not found")];
    response.writeHead(files.has(request.url ?? "") ? 200 : 404, { "content-type": type }).end(body);
  });
  cleanups.push(() => server.close());
  return server.url;
}

test.skipIf(browser === undefined)(
  "a browser decodes a file that it fetched, and sees damage (skipped without chromium)",
  async () => {
    const url = await serveSample();
    const running = await chromium.launch({
      executablePath: browser ?? "",
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    cleanups.unshift(() => running.close());
    const page = await running.newPage();
    await page.goto(url);
    expect(await page.evaluate('decodeUrl("/sample.bz2")')).toBe(text);
    expect(await page.evaluate('decodeUrl("/damaged.bz2")')).toBe("ERR_BZ2_CORRUPT");
    expect(await page.evaluate('decodeUrl("/cut.bz2")')).toBe("ERR_BZ2_TRUNCATED");
  },
);

test("the portable part decodes in Node as well, and has limits", async () => {
  const packed = await bzip2Compress(Buffer.from(text));
  expect(await decoded(packed)).toBe(text);
  await expect(decoded(packed.with(100, (packed[100] ?? 0) ^ 1))).rejects.toBeInstanceOf(CorruptError);
  await expect(decoded(packed.subarray(0, -5))).rejects.toBeInstanceOf(TruncatedError);
  await expect(decoded(packed, { maxOutput: text.length - 1 })).rejects.toBeInstanceOf(LimitError);
});

async function decoded(packed: Uint8Array, limits?: Limits): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of decompressPortable(chunked(packed), limits)) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 5000) yield bytes.subarray(start, start + 5000);
}
