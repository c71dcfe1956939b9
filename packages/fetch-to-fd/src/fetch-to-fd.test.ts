import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalServer, serve, serveDirectory, serveRaw } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";
import { fetchToFd } from "./fetch-to-fd.ts";
import type { Progress } from "./options.ts";

const content = Buffer.from(
  Uint32Array.from({ length: 500_000 }, (_, index) => index * 2_654_435_761).buffer,
);
const sha256 = createHash("sha256").update(content).digest("hex");
const md5 = createHash("md5").update(content).digest("hex");

let directory: string;
let target: string;
let fd: number;
let server: LocalServer;
let url: string;

beforeEach(async () => {
  directory = temporaryDirectory();
  writeFileSync(join(directory, "data"), content);
  target = join(directory, "target");
  fd = openSync(target, "w");
  server = await serveDirectory(directory);
  url = `${server.url}/data`;
});

afterEach(async () => {
  closeSync(fd);
  await server.close();
});

test("the body is written as it is, and its digests told", async () => {
  const digests = { sha256: sha256.toUpperCase(), md5 };
  const result = await fetchToFd(url, fd, { digests, expectedSize: content.length });
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(result).toMatchObject({ url, bytes: content.length, notModified: false, digests: { sha256, md5 } });
  expect(await fetchToFd(url, fd, { validators: result.validators, digests })).toEqual({
    ...result,
    bytes: 0,
    notModified: true,
    digests: {},
  });
});

test("progress rises to the total", async () => {
  const seen: Progress[] = [];
  await fetchToFd(url, fd, { onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toMatchObject({ received: content.length, total: content.length, secondsLeft: 0 });
  expect(seen.at(-1)?.rate).toBeGreaterThan(0);
  expect(seen.every(({ received }, index) => received > (seen[index - 1]?.received ?? 0))).toBe(true);
});

describe("a failure", () => {
  test("by a wrong digest tells both", async () => {
    await expect(fetchToFd(url, fd, { digests: { md5, sha256: "0".repeat(64) } })).rejects.toMatchObject({
      name: "DigestMismatchError",
      code: "ERR_FETCH_DIGEST",
      algorithm: "sha256",
      found: sha256,
    });
  });

  test("by a digest that none can equal comes before any request", async () => {
    await expect(fetchToFd(url, fd, { digests: { sha256: md5 } })).rejects.toThrow(
      `sha256: a digest of 64 hexadecimal digits was expected, found "${md5}"`,
    );
    expect(server.requests).toEqual([]);
  });

  test("by an announced size that is not the expected one writes nothing", async () => {
    await expect(fetchToFd(url, fd, { expectedSize: 3 })).rejects.toMatchObject({
      name: "SizeMismatchError",
      code: "ERR_FETCH_SIZE",
      expected: 3,
      received: content.length,
    });
    expect(readFileSync(target)).toHaveLength(0);
  });

  test("by a size that nobody announced is noticed, larger or smaller", async () => {
    const other = await serve((_, response) => {
      response.write("hel");
      response.end("lo");
    });
    await expect(fetchToFd(other.url, fd, { expectedSize: 2 })).rejects.toMatchObject({ expected: 2 });
    await expect(fetchToFd(other.url, fd, { expectedSize: 6 })).rejects.toMatchObject({
      expected: 6,
      received: 5,
    });
    expect(await fetchToFd(other.url, fd, { expectedSize: 5 })).toMatchObject({ bytes: 5 });
    await other.close();
  });

  test("by a body that ends too early is no success", async () => {
    const other = await serveRaw((socket) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello"),
    );
    await expect(fetchToFd(other.url, fd)).rejects.toMatchObject({
      code: "ERR_FETCH_TRUNCATED",
      expected: 10,
      received: 5,
    });
    await other.close();
  });

  test("by a descriptor that cannot be written is a WriteError", async () => {
    // One that is closed would be given to the connection.
    closeSync(fd);
    fd = openSync(target, "r");
    const failure = fetchToFd(url, fd);
    await expect(failure).rejects.toMatchObject({
      name: "WriteError",
      code: "ERR_FETCH_WRITE",
      reason: `cannot write file descriptor ${fd}: Bad file descriptor`,
      cause: { code: "EBADF" },
    });
  });

  test.skipIf(!existsSync("/dev/full"))("by a full disk is a WriteError (needs /dev/full)", async () => {
    const full = openSync("/dev/full", "w");
    await expect(fetchToFd(url, full)).rejects.toMatchObject({
      name: "WriteError",
      reason: `cannot write file descriptor ${full}: No space left on device`,
    });
    closeSync(full);
  });

  test("by an abort between two writes is its reason", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    await expect(
      fetchToFd(url, fd, { signal: abort.signal, onProgress: () => abort.abort(reason) }),
    ).rejects.toBe(reason);
  });

  test("of the caller's own progress closes the connection", async () => {
    let closed: Promise<unknown> | undefined;
    const other = await serveRaw((socket) => {
      closed = new Promise((resolve) => socket.once("close", resolve));
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello");
    });
    const failure = new Error("mine");
    const onProgress = () => {
      throw failure;
    };
    await expect(fetchToFd(other.url, fd, { onProgress })).rejects.toBe(failure);
    await closed;
    await other.close();
  });
});
