import { createHash } from "node:crypto";
import { linkSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type InterruptedOptions, type LocalServer, serve, serveInterrupted } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { content, expectAlone, temporaryDirectory } from "../test/fixture.ts";
import { downloadFile } from "./download-file.ts";
import type { DownloadOptions } from "./options.ts";

const other = Buffer.from(content).fill("x", 100, 200);
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const digests = { sha256: digestOf(content) };

let directory: string;
let target: string;
const servers: LocalServer[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  target = join(directory, "target");
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function interrupted(options: Partial<InterruptedOptions>) {
  const server = await serveInterrupted({ content: () => content, cuts: [], ...options });
  servers.push(server);
  return server;
}

function expectDone(bytes: Buffer = content): void {
  expectAlone(target, bytes);
}

/** Downloads what breaks off, and leaves a part. */
async function breakOff(url: string, options: DownloadOptions = {}): Promise<void> {
  const failure = downloadFile(url, target, { resume: true, ...options });
  await expect(failure).rejects.toMatchObject({ code: "ERR_FETCH_TRUNCATED", expected: content.length });
  expect(readdirSync(directory)).toEqual(["target.part", "target.part.json"]);
}

describe("a download that broke off", () => {
  test("is gone on with another time, and checked as a whole", async () => {
    const server = await interrupted({ cuts: [100_000, 50_000] });
    await breakOff(server.url);
    await breakOff(server.url);
    const result = await downloadFile(server.url, target, {
      resume: true,
      digests,
      expectedSize: content.length,
    });
    expect(result).toMatchObject({ bytes: content.length, resumedAt: 150_000, digests });
    expect(server.ranges).toEqual([undefined, "bytes=100000-", "bytes=150000-"]);
    expectDone();
  });

  test("leaves nothing where it is not to be gone on with", async () => {
    const server = await interrupted({ cuts: [100_000] });
    await expect(downloadFile(server.url, target)).rejects.toMatchObject({ code: "ERR_FETCH_TRUNCATED" });
    expect(readdirSync(directory)).toEqual([]);
  });

  test("leaves nothing where the server cannot prove later that it is the same", async () => {
    const server = await interrupted({ cuts: [100_000], hasTags: false });
    await expect(downloadFile(server.url, target, { resume: true })).rejects.toMatchObject({
      code: "ERR_FETCH_TRUNCATED",
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  test("begins again where the file has changed", async () => {
    const server = await interrupted({
      cuts: [100_000],
      content: (request) => (request === 0 ? content : other),
    });
    await breakOff(server.url);
    const result = await downloadFile(server.url, target, { resume: true });
    expect(result).toMatchObject({ bytes: other.length, resumedAt: 0 });
    expect(server.requests).toHaveLength(2);
    expectDone(other);
  });

  test("begins again where another URL is asked", async () => {
    const server = await interrupted({ cuts: [100_000] });
    await breakOff(server.url);
    await downloadFile(`${server.url}/other`, target, { resume: true });
    expect(server.ranges).toEqual([undefined, undefined]);
    expectDone();
  });

  test("is done where all had come", async () => {
    const server = await interrupted({ cuts: [100_000] });
    await breakOff(server.url);
    writeFileSync(`${target}.part`, content);
    expect(await downloadFile(server.url, target, { resume: true, digests })).toMatchObject({
      bytes: content.length,
      resumedAt: content.length,
      validators: { etag: expect.stringMatching(/^"/) },
    });
    expect(server.ranges).toEqual([undefined, `bytes=${content.length}-`]);
    expectDone();
  });

  test("begins again where the part turns out to be damaged", async () => {
    const server = await interrupted({ cuts: [100_000] });
    await breakOff(server.url);
    writeFileSync(`${target}.part`, "damaged");
    expect(await downloadFile(server.url, target, { resume: true, digests })).toMatchObject({ resumedAt: 0 });
    expect(server.ranges).toEqual([undefined, "bytes=7-", undefined]);
    expectDone();
  });

  test.each([
    ["empty", ""],
    ["cut short", "{"],
    ["of another kind", "[]"],
    ["null", "null"],
    ["without words", '{"url":1,"proof":"x"}'],
    ["too long", "x".repeat(70_000)],
  ])("begins again where the note beside it is %s", async (_, note) => {
    const server = await interrupted({ cuts: [100_000] });
    await breakOff(server.url);
    writeFileSync(`${target}.part.json`, note);
    expect(await downloadFile(server.url, target, { resume: true })).toMatchObject({ resumedAt: 0 });
    expectDone();
  });

  test("begins again where a process is still at work, or the part has another name too", async () => {
    const server = await interrupted({ cuts: [100_000, 100_000] });
    await breakOff(server.url);
    const note: object = JSON.parse(readFileSync(`${target}.part.json`, "utf8"));
    writeFileSync(`${target}.part.json`, JSON.stringify({ ...note, pid: process.ppid }));
    await breakOff(server.url);
    linkSync(`${target}.part`, join(directory, "elsewhere"));
    await downloadFile(server.url, target, { resume: true });
    expect(server.ranges).toEqual([undefined, undefined, undefined]);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(readFileSync(join(directory, "elsewhere"))).toHaveLength(100_000);
  });

  test("keeps no part of the wrong size or digest", async () => {
    const server = await interrupted({});
    for (const wrong of [{ expectedSize: 5 }, { digests: { md5: "0".repeat(32) } }]) {
      await expect(downloadFile(server.url, target, { resume: true, ...wrong })).rejects.toThrow(/expected/);
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  test("keeps what has come at an abort, and its password to itself", async () => {
    const server = await interrupted({ cuts: [100_000] });
    const url = server.url.replace("//", "//me:secret@");
    const abort = new AbortController();
    const reason = new Error("enough");
    const aborted = downloadFile(url, target, {
      resume: true,
      signal: abort.signal,
      onProgress: () => abort.abort(reason),
    });
    await expect(aborted).rejects.toBe(reason);
    expect(readFileSync(`${target}.part.json`, "utf8")).not.toContain("secret");
    const { resumedAt } = await downloadFile(url, target, { resume: true, digests });
    expect(resumedAt).toBeGreaterThan(0);
    expectDone();
  });
});

describe("an answer to a request for the rest", () => {
  const tag = '"t"';
  const rest = content.subarray(100_000);
  const range = `bytes 100000-${content.length - 1}/${content.length}`;

  test.each([
    ["of another tag", 206, { etag: '"u"', "content-range": range }],
    ["that begins elsewhere", 206, { etag: tag, "content-range": `bytes 5-9/${content.length}` }],
    ["of another whole", 206, { etag: tag, "content-range": "bytes 100000-100001/100002" }],
    ["without a range", 206, { etag: tag }],
    ["of a weak tag", 206, { etag: `W/${tag}`, "content-range": range }],
    ["of nothing, of a smaller whole", 416, { "content-range": "bytes */100000" }],
    ["of nothing, though there is more", 416, { etag: tag, "content-range": `bytes */${content.length}` }],
    ["of nothing, and nothing told", 416, {}],
  ])("%s is not used (%d)", async (_, status, headers) => {
    const ranges: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      ranges.push(request.headers.range);
      if (request.headers.range !== undefined) response.writeHead(status, headers).end(rest);
      else {
        response.writeHead(200, { etag: tag, "content-length": content.length });
        if (ranges.length > 1) response.end(content);
        else response.write(content.subarray(0, 100_000), () => response.socket?.end());
      }
    });
    servers.push(server);
    await breakOff(server.url);
    expect(await downloadFile(server.url, target, { resume: true })).toMatchObject({ resumedAt: 0 });
    expect(ranges).toEqual([undefined, "bytes=100000-", undefined]);
    expectDone();
  });

  test("of another date is not used, however new that is", async () => {
    const server = await serve((request, response) => {
      const isRest = request.headers.range !== undefined;
      const changed = isRest ? new Date() : new Date(0);
      response.setHeader("last-modified", changed.toUTCString());
      if (isRest) response.writeHead(206, { "content-range": range }).end(Buffer.alloc(rest.length));
      else {
        response.writeHead(200, { "content-length": content.length });
        if (server.requests.length > 1) response.end(content);
        else response.write(content.subarray(0, 100_000), () => response.socket?.end());
      }
    });
    servers.push(server);
    await breakOff(server.url);
    expect(await downloadFile(server.url, target, { resume: true })).toMatchObject({ resumedAt: 0 });
    expectDone();
  });

  test.each([
    ["as it says", `bytes 100000-100999/${content.length}`, { "content-length": 1000 }],
    ["against its range", range, { "content-length": 1000 }],
    ["without a size", range, { "transfer-encoding": "chunked" }],
    ["of a whole that it does not know", "bytes 100000-100999/*", { "content-length": 1000 }],
  ])("that ends too early is no success: %s", async (_, contentRange, headers) => {
    const server = await serve((request, response) => {
      if (request.headers.range === undefined) {
        response.writeHead(200, { etag: tag, "content-length": content.length });
        response.write(content.subarray(0, 100_000), () => response.socket?.end());
      } else if (request.headers.range === "bytes=100000-") {
        const head = { etag: tag, "content-range": contentRange, ...headers };
        response.writeHead(206, head).end(rest.subarray(0, 1000));
      } else {
        const head = { etag: tag, "content-range": `bytes 101000-${content.length - 1}/${content.length}` };
        response.writeHead(206, head).end(rest.subarray(1000));
      }
    });
    servers.push(server);
    await breakOff(server.url);
    await expect(downloadFile(server.url, target, { resume: true })).rejects.toMatchObject({
      code: "ERR_FETCH_TRUNCATED",
      expected: content.length,
      received: 101_000,
    });
    const { resumedAt } = await downloadFile(server.url, target, { resume: true, digests });
    expect(resumedAt).toBe(101_000);
    expectDone();
  });

  test("that is longer than the whole makes it begin again", async () => {
    const server = await serve((request, response) => {
      if (request.headers.range !== undefined)
        response.writeHead(206, { etag: tag, "content-range": range }).end(Buffer.concat([rest, rest]));
      else {
        response.writeHead(200, { etag: tag, "content-length": content.length });
        if (server.requests.length > 1) response.end(content);
        else response.write(content.subarray(0, 100_000), () => response.socket?.end());
      }
    });
    servers.push(server);
    await breakOff(server.url);
    expect(await downloadFile(server.url, target, { resume: true })).toMatchObject({ resumedAt: 0 });
    expectDone();
  });

  test("of a whole that neither it nor the first told is not used", async () => {
    const server = await serve((request, response) => {
      if (request.headers.range !== undefined) {
        const head = { etag: tag, "content-range": "bytes 100000-100999/*" };
        response.writeHead(206, head).end(rest.subarray(0, 1000));
      } else if (server.requests.length > 1) response.writeHead(200, { etag: tag }).end(content);
      else
        response
          .writeHead(200, { etag: tag })
          .write(content.subarray(0, 100_000), () => response.socket?.destroy());
    });
    servers.push(server);
    const failure = downloadFile(server.url, target, { resume: true });
    await expect(failure).rejects.toMatchObject({ code: "ERR_FETCH_TRUNCATED", expected: undefined });
    await downloadFile(server.url, target, { resume: true });
    expectDone();
  });

  test("may leave out the tag", async () => {
    const server = await serve((request, response) => {
      if (request.headers.range === undefined) {
        response.writeHead(200, { etag: tag, "content-length": content.length });
        response.write(content.subarray(0, 100_000), () => response.socket?.end());
      } else response.writeHead(206, { "content-range": range }).end(rest);
    });
    servers.push(server);
    await breakOff(server.url);
    const { resumedAt, validators } = await downloadFile(server.url, target, { resume: true });
    expect({ resumedAt, validators }).toEqual({ resumedAt: 100_000, validators: { etag: tag } });
    expectDone();
  });
});
