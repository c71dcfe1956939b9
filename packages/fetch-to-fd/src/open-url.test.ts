import { utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { type LocalServer, serve, serveDirectory, serveRaw } from "test-support";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";
import { openUrl } from "./open-url.ts";
import { openText } from "../test/open-text.ts";

const ipv6 = await new Promise<{ url: string; close(): void } | undefined>((resolve) => {
  const listening = createServer((_, response) => response.end("six"));
  listening.once("error", () => resolve(undefined));
  listening.listen(0, "::1", () => {
    const url = `http://[::1]:${(listening.address() as AddressInfo).port}/`;
    resolve({ url, close: () => listening.close() });
  });
});

afterAll(() => ipv6?.close());

let directory: string;
let server: LocalServer | undefined;

beforeEach(async () => {
  directory = temporaryDirectory();
});

afterEach(async () => {
  vi.useRealTimers();
  await server?.close();
  server = undefined;
});

/** Serves these bytes, then ends the connection properly. */
async function serveText(answer: string): Promise<string> {
  server = await serveRaw((socket) => socket.end(answer));
  return server.url;
}

describe("an answer", () => {
  test("is a body with its size, type and validators", async () => {
    writeFileSync(join(directory, "a.txt"), "hello\n");
    server = await serveDirectory(directory);
    const opened = await openUrl(`${server.url}/a.txt`);
    expect(opened).toMatchObject({ url: `${server.url}/a.txt`, size: 6, notModified: false });
    expect(opened.validators.etag).toMatch(/^"/);
    expect(opened.validators.lastModified).toMatch(/GMT$/);
    opened.close();
    expect(await openText(`${server.url}/a.txt`)).toBe("hello\n");
  });

  test.each(["with a length", "in chunks", "until the end"])(
    "comes through whole, however it is cut, %s",
    async (framing) => {
      const parts = Array.from({ length: 300 }, (_, index) =>
        Buffer.alloc(1 + ((index * 7919) % 20_000), `${index} `),
      );
      const whole = Buffer.concat(parts);
      server = await serve(async (_, response) => {
        if (framing === "with a length") response.setHeader("content-length", whole.length);
        response.useChunkedEncodingByDefault = framing === "in chunks";
        for (const part of parts) await new Promise((resolve) => response.write(part, resolve));
        response.end();
      });
      expect((await openText(server.url)) === whole.toString()).toBe(true);
      const { body } = await openUrl(server.url);
      // A stream asks for several chunks in advance.
      expect(whole.equals(await buffer(Readable.from(body)))).toBe(true);
    },
  );

  test.each([
    ["with a length", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"],
    ["in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"],
    ["until the end", "HTTP/1.1 200 OK\r\n\r\nhello"],
    [
      "after early hints",
      `HTTP/1.1 103 Early Hints\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello`,
    ],
  ])("%s may come together with its head, or byte by byte", async (_, answer) => {
    expect(await openText(await serveText(answer))).toBe("hello");
    await server?.close();
    server = await serveRaw(async (socket) => {
      socket.setNoDelay(true);
      for (const byte of answer) await new Promise((resolve) => socket.write(byte, resolve));
      socket.end();
    });
    expect(await openText(server.url)).toBe("hello");
  });

  test("may be empty", async () => {
    expect(await openText(await serveText("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"))).toBe("");
    await server?.close();
    expect(await openText(await serveText("HTTP/1.1 200 OK\r\n\r\n"))).toBe("");
  });

  test("ends at its length, whatever the server sends after it", async () => {
    expect(await openText(await serveText("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello, world"))).toBe(
      "hello",
    );
    await server?.close();
    server = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", () =>
        release.then(() => socket.end("hello, world")),
      );
    });
    let open = () => {};
    const release = new Promise<void>((resolve) => (open = resolve));
    const { body } = await openUrl(server.url);
    open();
    const parts: string[] = [];
    for await (const chunk of body) parts.push(String(Buffer.from(chunk)));
    expect(parts.join("")).toBe("hello");
  });

  test("may tell no length and end with the connection, or come in chunks", async () => {
    expect(await openText(await serveText("HTTP/1.1 200 OK\r\n\r\nhello"))).toBe("hello");
    await server?.close();
    server = await serve((_, response) => {
      response.write("hel");
      response.end("lo");
    });
    const opened = await openUrl(server.url);
    expect(opened.size).toBeUndefined();
    opened.close();
    expect(await openText(server.url)).toBe("hello");
  });

  test.skipIf(ipv6 === undefined)("comes over IPv6 too (needs ::1)", async () => {
    expect(await openText(ipv6?.url ?? "")).toBe("six");
  });

  test("comes from addresses of one kind only, where it is to", async () => {
    server = await serve((_, response) => response.end("four"));
    const url = server.url.replace("127.0.0.1", "localhost");
    expect(await openText(url, { family: 4 })).toBe("four");
    await expect(openUrl(url, { family: 6 })).rejects.toMatchObject({ code: "ERR_FETCH_CONNECTION" });
  });

  test("that is an HTML page can be refused", async () => {
    server = await serve((_, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8").end("<p>log in");
    });
    expect(await openText(server.url)).toBe("<p>log in");
    await expect(openUrl(server.url, { refuseHtml: true })).rejects.toMatchObject({
      code: "ERR_FETCH_HTML",
      reason: "an HTML page came in place of data",
    });
  });

  test("asks for the bytes as they are, and for the headers that were given", async () => {
    server = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const headers: unknown = JSON.parse(
      await openText(server.url, { userAgent: "me/1", headers: { "x-a": "b" } }),
    );
    expect(headers).toMatchObject({ "accept-encoding": "identity", "user-agent": "me/1", "x-a": "b" });
  });
});

describe("a conditional request", () => {
  test("has no body when nothing has changed, by entity tag or by date", async () => {
    writeFileSync(join(directory, "a"), "hello");
    server = await serveDirectory(directory);
    const { validators, close } = await openUrl(`${server.url}/a`);
    close();
    const { etag, lastModified } = validators;
    for (const known of [{ etag }, { lastModified }, validators]) {
      const again = await openUrl(`${server.url}/a`, { validators: known });
      expect(again).toMatchObject({ notModified: true, validators });
    }
    utimesSync(join(directory, "a"), 1e9, 1e9 + 1);
    expect(await openText(`${server.url}/a`, { validators: { etag } })).toBe("hello");
  });

  test("keeps the validators which a 304 does not repeat", async () => {
    server = await serve((_, response) => response.writeHead(304).end());
    expect(await openUrl(server.url, { validators: { etag: '"x"' } })).toMatchObject({
      validators: { etag: '"x"' },
    });
    await expect(openUrl(server.url)).rejects.toMatchObject({ code: "ERR_FETCH_STATUS", status: 304 });
  });
});

describe("a failure", () => {
  test("of the server has its status and the server's words", async () => {
    server = await serveDirectory(directory);
    await expect(openUrl(`${server.url}/none`)).rejects.toMatchObject({
      name: "HttpStatusError",
      code: "ERR_FETCH_STATUS",
      status: 404,
      reason: "Not Found",
      message: `${server.url}/none: Not Found`,
    });
  });

  test("to connect says why, and blanks the password", async () => {
    server = await serve(() => {});
    await server.close();
    const url = server.url.replace("//", "//me:secret@");
    await expect(openUrl(url)).rejects.toMatchObject({
      name: "ConnectionError",
      code: "ERR_FETCH_CONNECTION",
      reason: "Connection refused",
      message: `${server.url.replace("//", "//***@")}/: Connection refused`,
    });
  });

  test("to find the host says so", async () => {
    await expect(openUrl("http://no-such-host.invalid/")).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
      reason: expect.stringMatching(/^(No address record|Name lookup failed for now)$/),
    });
  });

  test("by a connection that is reset before the answer is a connection error", async () => {
    server = await serveRaw((socket) => socket.resetAndDestroy());
    await expect(openUrl(server.url)).rejects.toMatchObject({ code: "ERR_FETCH_CONNECTION" });
  });

  test("by something that is not HTTP is a connection error", async () => {
    await expect(openUrl(await serveText("220 ready\r\n"))).rejects.toMatchObject({
      code: "ERR_FETCH_CONNECTION",
    });
  });

  test.each([
    ["with a length", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", 10],
    ["with nothing but a head", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n", 10],
    ["in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", undefined],
  ])("by a body that ends too early, %s, is a TruncatedError", async (_, answer, expected) => {
    await expect(openText(await serveText(answer))).rejects.toMatchObject({
      name: "TruncatedError",
      code: "ERR_FETCH_TRUNCATED",
      expected,
      received: answer.includes("hello") ? 5 : 0,
    });
  });

  test("by a reset in the middle of a body is a TruncatedError", async () => {
    server = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", () => socket.resetAndDestroy());
    });
    // The reset may overtake the head.
    await expect(openText(server.url)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_FETCH_(TRUNCATED|CONNECTION)$/),
    });
  });

  test("by a server that stalls before or within the answer is a StalledError", async () => {
    server = await serve(() => {});
    const stalled = { name: "StalledError", code: "ERR_FETCH_STALLED", limit: 50 };
    await expect(openUrl(server.url, { idleTimeout: 50 })).rejects.toMatchObject(stalled);
    await server.close();
    server = await serveRaw((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello"));
    await expect(openText(server.url, { idleTimeout: 50 })).rejects.toMatchObject(stalled);
  });

  test("is not seen where there is no limit", async () => {
    server = await serve((_, response) => void setTimeout(() => response.end("hello"), 20));
    const [connectTimeout, idleTimeout, timeout] = [Infinity, Infinity, Infinity];
    expect(await openText(server.url, { connectTimeout, idleTimeout, timeout })).toBe("hello");
  });

  test("is not seen where it is the consumer who takes his time", async () => {
    const whole = "x".repeat(5_000_000);
    server = await serve((_, response) => response.end(whole));
    const { body } = await openUrl(server.url);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let received = 0;
    for await (const chunk of body) {
      received += chunk.length;
      vi.advanceTimersByTime(3_600_000);
      // What a time limit does, it has done by then.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    }
    expect(received).toBe(whole.length);
  });

  test("by a URL of another kind or none names it", async () => {
    await expect(openUrl("gopher://a/")).rejects.toMatchObject({
      code: "ERR_FETCH_URL",
      message: "gopher://a/: Invalid URL scheme",
    });
    for (const url of ["www.example.com/file", "/etc/passwd", "http://a:99999/", ""]) {
      await expect(openUrl(url)).rejects.toMatchObject({
        code: "ERR_FETCH_URL",
        message: `${url}: a URL such as https://example.com/file was expected`,
      });
    }
  });
});

describe("an abort", () => {
  const reason = new Error("enough");

  test("before anything asks nobody", async () => {
    server = await serve((_, response) => response.end());
    await expect(openUrl(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });

  test("while waiting for the head closes the connection", async () => {
    const abort = new AbortController();
    let closed: Promise<unknown> | undefined;
    server = await serveRaw((socket) => {
      closed = new Promise((resolve) => socket.once("close", resolve));
      abort.abort(reason);
    });
    await expect(openUrl(server.url, { signal: abort.signal })).rejects.toBe(reason);
    await closed;
  });

  test.each(["content-length: 10", "transfer-encoding: chunked"])(
    "in a body with %s ends it",
    async (framing) => {
      const abort = new AbortController();
      server = await serveRaw((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n5\r\nhello\r\n`.slice(0, -4)),
      );
      const { body } = await openUrl(server.url, { signal: abort.signal });
      const read = async () => {
        for await (const _ of body) abort.abort(reason);
      };
      await expect(read()).rejects.toBe(reason);
    },
  );
});

test("a body that is left early, or never read, closes its connection", async () => {
  const closed: Promise<unknown>[] = [];
  server = await serveRaw((socket) => {
    closed.push(new Promise((resolve) => socket.once("close", resolve)));
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello");
  });
  const left = await openUrl(server.url);
  for await (const _ of left.body) break;
  const unread = await openUrl(server.url);
  unread.close();
  await Promise.all(closed);
  expect(closed).toHaveLength(2);
});

describe("a file URL", () => {
  test("is read as from a server, with the time of its last change as validator", async () => {
    const path = join(directory, "a b");
    writeFileSync(path, "hello");
    const url = pathToFileURL(path);
    const { validators, size, close } = await openUrl(url);
    close();
    expect(size).toBe(5);
    expect(await openText(url.href)).toBe("hello");
    expect(await openUrl(url, { validators })).toMatchObject({ notModified: true });
    utimesSync(path, 1e9, Date.now() / 1000 + 10);
    expect(await openText(url.href, { validators })).toBe("hello");
  });

  test("that is none says why", async () => {
    await expect(openUrl(pathToFileURL(join(directory, "none")))).rejects.toMatchObject({
      code: "ERR_FETCH_READ",
      reason: "No such file or directory",
    });
    await expect(openUrl(pathToFileURL(directory))).rejects.toMatchObject({ reason: "Not a regular file" });
  });
});
