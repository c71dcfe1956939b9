import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type InterruptedOptions,
  type LocalServer,
  serve,
  serveDirectory,
  serveInterrupted,
  serveRaw,
} from "test-support";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { content, temporaryDirectory } from "../test/fixture.ts";
import { downloadFile } from "./download-file.ts";
import { fetchToFd } from "./fetch-to-fd.ts";
import { openUrl } from "./open-url.ts";
import { retryDelay } from "./retry-delay.ts";

const other = Buffer.from(content).fill("x", 100, 200);
const digests = { sha256: createHash("sha256").update(content).digest("hex") };
/** As many attempts as needed, without waiting. */
const atOnce = {
  retries: 5,
  retryDelay: (...given: Parameters<typeof retryDelay>) =>
    retryDelay(...given) === undefined ? undefined : 0,
};

let directory: string;
let target: string;
let fd: number;
const servers: LocalServer[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  target = join(directory, "target");
  fd = openSync(target, "w");
});

afterEach(async () => {
  vi.useRealTimers();
  closeSync(fd);
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function kept<Server extends LocalServer>(server: Server): Server {
  servers.push(server);
  return server;
}

async function interrupted(options: Partial<InterruptedOptions>) {
  return kept(await serveInterrupted({ content: () => content, cuts: [], ...options }));
}

/** Answers with these statuses, and then well. */
async function failing(statuses: readonly number[], headers: Record<string, string> = {}) {
  let count = 0;
  return kept(
    await serve((_, response) => {
      const status = statuses[count++];
      if (status === undefined) response.end(content);
      else response.writeHead(status, headers).end();
    }),
  );
}

describe("an attempt that fails", () => {
  test("is followed by another, where the failure may pass", async () => {
    const server = await failing([503, 500, 429]);
    expect(await fetchToFd(server.url, fd, atOnce)).toMatchObject({ bytes: content.length });
    expect(server.requests).toHaveLength(4);
  });

  test("is told of before the next", async () => {
    const server = await failing([503, 500]);
    const told: unknown[] = [];
    await fetchToFd(server.url, fd, {
      ...atOnce,
      onRetry: ({ reason }, delay) => told.push([reason, delay]),
    });
    expect(told).toEqual([
      ["Service Unavailable", 0],
      ["Internal Server Error", 0],
    ]);
  });

  test("is the last where it will not, and unless told otherwise", async () => {
    const server = await failing([404, 503]);
    await expect(fetchToFd(server.url, fd, atOnce)).rejects.toMatchObject({ status: 404 });
    await expect(fetchToFd(server.url, fd)).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(2);
  });

  test("is repeated as often as told", async () => {
    const server = await failing([503, 503, 503, 503]);
    await expect(fetchToFd(server.url, fd, { ...atOnce, retries: 2 })).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(3);
  });

  test("tells how long the server wants to be left alone, as seconds or as a date", async () => {
    const server = await failing([503], { "retry-after": "7" });
    await expect(openUrl(server.url)).rejects.toMatchObject({ retryAfter: 7000 });
    const dated = await failing([503], { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() });
    const failure: { retryAfter: number } = await openUrl(dated.url).then(
      () => expect.fail("it was opened"),
      (error) => error,
    );
    expect(failure.retryAfter / 3_600_000).toBeCloseTo(1, 1);
    const past = await failing([503], { "retry-after": new Date(0).toUTCString() });
    await expect(openUrl(past.url)).rejects.toMatchObject({ retryAfter: 0 });
    const senseless = await failing([503], { "retry-after": "soon" });
    await expect(openUrl(senseless.url)).rejects.toMatchObject({ retryAfter: undefined });
  });

  test("is not waited for after an abort", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const server = await failing([503]);
    const waiting = fetchToFd(server.url, fd, {
      signal: abort.signal,
      retries: 1,
      retryDelay() {
        setImmediate(() => abort.abort(reason));
        return 3_600_000;
      },
    });
    await expect(waiting).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });
});

describe("a body that breaks off", () => {
  test("is gone on with in the middle, without anybody seeing it", async () => {
    const server = await interrupted({ cuts: [100_000, 0, 200_000] });
    expect(await fetchToFd(server.url, fd, { ...atOnce, digests })).toMatchObject({ bytes: content.length });
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(server.ranges).toEqual([undefined, "bytes=100000-", "bytes=100000-", "bytes=300000-"]);
    const { body, size } = await openUrl((await interrupted({ cuts: [100_000] })).url, atOnce);
    const parts: Buffer[] = [];
    for await (const chunk of body) parts.push(Buffer.from(chunk));
    expect(size).toBe(content.length);
    expect(Buffer.concat(parts).equals(content)).toBe(true);
  });

  test("before its first byte is sent again, tag or no tag", async () => {
    const server = await interrupted({ cuts: [0], hasTags: false });
    expect(await fetchToFd(server.url, fd, { ...atOnce, digests })).toMatchObject({ bytes: content.length });
  });

  test("is an error where the server cannot prove that it is the same", async () => {
    const server = await interrupted({ cuts: [100_000], hasTags: false });
    await expect(fetchToFd(server.url, fd, atOnce)).rejects.toMatchObject({ code: "ERR_FETCH_TRUNCATED" });
    expect(server.requests).toHaveLength(1);
  });

  test("is a ChangedError where it is not the same any more", async () => {
    for (const cut of [100_000, 0]) {
      const server = await interrupted({
        cuts: [cut],
        content: (request) => (request === 0 ? content : other),
      });
      await expect(fetchToFd(server.url, fd, atOnce)).rejects.toMatchObject({
        name: "ChangedError",
        code: "ERR_FETCH_CHANGED",
        reason: "changed while it was being fetched",
      });
    }
  });

  test("begins again in a file, where one cannot go on with it", async () => {
    const file = join(directory, "file");
    const untagged = await interrupted({ cuts: [100_000, 50_000], hasTags: false });
    expect(await downloadFile(untagged.url, file, { ...atOnce, digests })).toMatchObject({ resumedAt: 0 });
    expect(readFileSync(file).equals(content)).toBe(true);
    const changing = await interrupted({
      cuts: [100_000],
      content: (request) => (request === 0 ? other : content),
    });
    const seen: number[] = [];
    const { validators } = await downloadFile(changing.url, file, {
      ...atOnce,
      digests,
      onProgress: ({ received }) => seen.push(received),
    });
    expect(seen.at(-1)).toBe(content.length);
    const { validators: whole, close } = await openUrl(changing.url);
    close();
    expect(validators).toEqual(whole);
    expect(readdirSync(directory)).toEqual(["file", "target"]);
  });
});

describe("a mirror", () => {
  test("is asked where the one before fails, in order and at once", async () => {
    const gone = await failing([404]);
    const busy = await failing([503]);
    const good = await failing([]);
    const refusing = await serve(() => {});
    await refusing.close();
    const result = await fetchToFd(gone.url, fd, {
      mirrors: ["gopher://nonsense", refusing.url, busy.url, good.url],
    });
    expect(result).toMatchObject({ url: `${good.url}/`, bytes: content.length });
    expect(busy.requests).toHaveLength(1);
  });

  test("is asked again only where its failure may pass", async () => {
    const gone = await failing([404]);
    const busy = await failing([503]);
    expect(await fetchToFd(gone.url, fd, { ...atOnce, mirrors: [busy.url] })).toMatchObject({
      url: `${busy.url}/`,
    });
    expect([gone.requests.length, busy.requests.length]).toEqual([1, 2]);
  });

  test("has the last word where all fail", async () => {
    const gone = await failing([404]);
    const forbidden = await failing([403]);
    await expect(fetchToFd(gone.url, fd, { ...atOnce, mirrors: [forbidden.url] })).rejects.toMatchObject({
      status: 403,
    });
  });

  test("takes over a file that breaks off for good, or is not the one that is wanted", async () => {
    const good = kept(await serveDirectory(directory));
    writeFileSync(join(directory, "data"), content);
    const file = join(directory, "file");
    const short = kept(
      await serveRaw((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello")),
    );
    const wrong = await interrupted({ content: () => other });
    const options = { mirrors: [wrong.url, `${good.url}/data`], digests };
    expect(await downloadFile(short.url, file, options)).toMatchObject({ url: `${good.url}/data` });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect([short.requests.length, wrong.requests.length]).toEqual([1, 1]);
    await expect(downloadFile(wrong.url, file, { mirrors: [wrong.url], digests })).rejects.toMatchObject({
      code: "ERR_FETCH_DIGEST",
    });
    expect(wrong.requests).toHaveLength(3);
  });

  test("is not asked after an abort", async () => {
    const server = await interrupted({});
    const unused = await interrupted({});
    const abort = new AbortController();
    const reason = new Error("enough");
    const options = { mirrors: [unused.url], signal: abort.signal, onProgress: () => abort.abort(reason) };
    await expect(downloadFile(server.url, join(directory, "file"), options)).rejects.toBe(reason);
    expect(unused.requests).toEqual([]);
  });
});

test("the limit for all of it ends it wherever it is", async () => {
  const slow = kept(
    await serveRaw((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello")),
  );
  const busy = await failing([503]);
  const late = { name: "TimeLimitError", code: "ERR_FETCH_TIMEOUT", limit: 50 };
  await expect(fetchToFd(slow.url, fd, { timeout: 50 })).rejects.toMatchObject(late);
  await expect(
    fetchToFd(busy.url, fd, { timeout: 50, retries: 1, retryDelay: () => 3_600_000 }),
  ).rejects.toMatchObject(late);
  const { body } = await openUrl((await interrupted({})).url, { timeout: 3_600_000 });
  for await (const _ of body) break;
});
