import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { createGzip } from "node:zlib";
import { drained } from "../drained.ts";
import { ToolError } from "../errors.ts";

/** What a package or a summary is compressed with. */
export type Compression = "gzip" | "bzip2" | "xz" | "zstd" | "none";

/** How the machine's programs are called. One thread, so that the result is the same everywhere. */
const TOOLS = {
  bzip2: ["bzip2", "-9", "-c"],
  xz: ["xz", "-6", "-T1", "-q", "-c"],
  zstd: ["zstd", "-9", "-T1", "-q", "-c"],
} as const;

/**
 * Compresses bytes; the same bytes give the same result. For bzip2, xz and zstd the program of that name must be on PATH.
 *
 * @throws ToolError out of the iteration for a program that is missing or fails
 */
export function compress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  if (compression === "none") return bytes;
  return compression === "gzip" ? gzip(bytes) : runTool(bytes, TOOLS[compression]);
}

async function* gzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = createGzip({ level: 9 });
  const feeding = feed(encoder, bytes);
  // Its failure comes out of the loop below.
  feeding.catch((error: unknown) => encoder.destroy(error as Error));
  try {
    yield* encoder as AsyncIterable<Uint8Array>;
    await feeding;
  } finally {
    encoder.destroy();
  }
}

async function* runTool(
  bytes: AsyncIterable<Uint8Array>,
  [tool, ...options]: readonly [string, ...string[]],
): AsyncGenerator<Uint8Array> {
  const child = spawn(tool, options, { stdio: ["pipe", "pipe", "pipe"] });
  // What a program that ended early says is in its last words, not in the broken pipe.
  child.stdin.on("error", () => undefined);
  const failed = once(child, "spawn").then(
    () => undefined,
    (error: unknown) =>
      new ToolError(tool, `${tool} cannot be run: install it, or compress with gzip`, error),
  );
  const closed = once(child, "close") as Promise<[number | null]>;
  closed.catch(() => undefined);
  const missing = await failed;
  if (missing !== undefined) throw missing;
  const feeding = feed(child.stdin, bytes);
  feeding.catch(() => child.kill());
  const words = lastWords(child.stderr);
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    await feeding;
    const [status] = await closed;
    if (status !== 0) throw new ToolError(tool, `${tool} ended with status ${status}: ${await words}`);
  } finally {
    child.kill();
  }
}

async function feed(encoder: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of bytes) {
    // A chunk may be used again as soon as the next one is asked for.
    if (!encoder.write(Buffer.from(chunk))) await drained(encoder);
    if (encoder.destroyed) return;
  }
  encoder.end();
}

/** The last things that a program says; it may say very much. */
async function lastWords(stderr: Readable): Promise<string> {
  let words = "";
  for await (const chunk of stderr) words = `${words}${String(chunk)}`.slice(-1000);
  return words.trim();
}
