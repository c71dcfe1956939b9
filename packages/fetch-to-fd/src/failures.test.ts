import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type LocalServer,
  machineTool,
  serve,
  serveHttps,
  serveInterrupted,
  serveProxy,
  serveRaw,
} from "test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { content, CONTENT_HEAD, expectUntouched, makeOldFile } from "../test/fixture.ts";
import { expectNoLeaks } from "../test/leaks.ts";
import { downloadFile } from "./download-file.ts";
import { fetchToFd } from "./fetch-to-fd.ts";
import type { DownloadOptions } from "./options.ts";

const openssl = machineTool("openssl");
const [mount, umount] = [machineTool("mount"), machineTool("umount")];

let target: string;

beforeEach(() => {
  target = makeOldFile();
});

interface Case {
  readonly name: string;
  readonly server: () => Promise<LocalServer>;
  readonly options?: DownloadOptions;
  readonly failure: { readonly name: string; readonly code: string } & Record<string, unknown>;
}

const refusing = async () => {
  const server = await serve(() => {});
  await server.close();
  return server;
};
const answering = (status: number, headers: Record<string, string> = {}) =>
  serve((_, response) => response.writeHead(status, headers).end("no\n"));
const truncated = { name: "TruncatedError", code: "ERR_FETCH_TRUNCATED" };
const stalled = { name: "StalledError", code: "ERR_FETCH_STALLED", limit: 50 };
const ofStatus = (status: number) => ({ name: "HttpStatusError", code: "ERR_FETCH_STATUS", status });

const cases: readonly Case[] = [
  {
    name: "refuses connections",
    server: refusing,
    failure: { name: "ConnectionError", code: "ERR_FETCH_CONNECTION", reason: "Connection refused" },
  },
  {
    name: "resets the connection",
    server: () => serveRaw((socket) => socket.resetAndDestroy()),
    failure: { name: "ConnectionError", code: "ERR_FETCH_CONNECTION" },
  },
  {
    name: "never answers",
    server: () => serve(() => {}),
    options: { idleTimeout: 50 },
    failure: stalled,
  },
  {
    name: "stalls in the middle",
    server: () => serveRaw((socket) => socket.write(`${CONTENT_HEAD}hello`)),
    options: { idleTimeout: 50 },
    failure: stalled,
  },
  {
    name: "stalls in the middle of a body of unknown length",
    server: () => serve((_, response) => response.write("hello")),
    options: { idleTimeout: 50 },
    failure: stalled,
  },
  {
    name: "is too slow",
    server: () =>
      serve((_, response) => {
        const timer = setInterval(() => response.write("x"), 5);
        response.once("close", () => clearInterval(timer));
      }),
    options: { timeout: 100 },
    failure: { name: "TimeLimitError", code: "ERR_FETCH_TIMEOUT", limit: 100 },
  },
  {
    name: "ends too early",
    server: () => serveRaw((socket) => socket.end(`${CONTENT_HEAD}hello`)),
    failure: { ...truncated, expected: content.length, received: 5 },
  },
  {
    name: "ends too early without having told a length",
    server: () =>
      serveRaw((socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")),
    failure: { ...truncated, expected: undefined },
  },
  {
    name: "announces more bytes than can be counted",
    server: () => serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${2n ** 60n}\r\n\r\n`)),
    failure: { name: "ConnectionError", code: "ERR_FETCH_CONNECTION" },
  },
  {
    name: "has another length",
    server: () => serve((_, response) => response.end(content)),
    options: { expectedSize: 5 },
    failure: { name: "SizeMismatchError", code: "ERR_FETCH_SIZE", expected: 5, received: content.length },
  },
  {
    name: "has another length, which it does not tell",
    server: () =>
      serve((_, response) => {
        response.write("hello");
        response.end(", world");
      }),
    options: { expectedSize: 5 },
    failure: { name: "SizeMismatchError", code: "ERR_FETCH_SIZE" },
  },
  {
    name: "has other bytes",
    server: () => serve((_, response) => response.end(content)),
    options: { digests: { sha512: "0".repeat(128) } },
    failure: { name: "DigestMismatchError", code: "ERR_FETCH_DIGEST", algorithm: "sha512" },
  },
  {
    name: "redirects in a circle",
    server: () => answering(301, { location: "/" }),
    failure: { name: "RedirectError", code: "ERR_FETCH_REDIRECT", reason: "more than 10 redirects" },
  },
  ...[403, 404, 416, 429, 503].map((status) => ({
    name: `answers ${status}`,
    server: () => answering(status),
    failure: ofStatus(status),
  })),
  {
    name: "changes to another protocol",
    server: () =>
      serveRaw((socket) =>
        socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
      ),
    failure: ofStatus(101),
  },
  {
    name: "has words that would move the cursor of a terminal",
    server: () =>
      serveRaw((socket) => socket.end("HTTP/1.1 404 \x1b[2JNot\x9b1m Found\x07\r\n\r\n", "latin1")),
    failure: { ...ofStatus(404), reason: " [2JNot 1m Found " },
  },
  {
    name: "sends a page in place of data",
    server: () => answering(200, { "content-type": "text/html" }),
    options: { refuseHtml: true },
    failure: { name: "FetchError", code: "ERR_FETCH_HTML" },
  },
  {
    name: "speaks something else",
    server: () => serveRaw((socket) => socket.end("220 ready\r\n")),
    failure: { name: "ConnectionError", code: "ERR_FETCH_CONNECTION" },
  },
  {
    name: "fails again and again",
    server: () => answering(503),
    options: { retries: 3, retryDelay: () => 0 },
    failure: ofStatus(503),
  },
];

describe.each(cases)("a server that $name", ({ server: start, options = {}, failure }) => {
  test("leaves no trace in a file", async () => {
    const server = await start();
    await expectNoLeaks(async () => {
      await expect(downloadFile(server.url, target, options)).rejects.toMatchObject(failure);
    });
    await server.close();
    expectUntouched(target);
  });

  test("leaves no trace beside a descriptor", async () => {
    const fd = openSync(target, "w");
    const server = await start();
    await expectNoLeaks(async () => {
      await expect(fetchToFd(server.url, fd, options)).rejects.toMatchObject(failure);
    });
    await server.close();
    closeSync(fd);
  });
});

describe("what is not the server's failure leaves no trace either", () => {
  test.skipIf(openssl === undefined)("a certificate that nobody trusts (needs openssl)", async () => {
    const server = await serveHttps({ openssl: openssl ?? "" }, (_, response) => response.end());
    await expectNoLeaks(async () => {
      await expect(downloadFile(server.url, target, { family: 4 })).rejects.toMatchObject({
        name: "ConnectionError",
        code: "ERR_FETCH_CONNECTION",
        reason: "Self-signed certificate",
      });
    });
    await server.close();
    expectUntouched(target);
  });

  test.skipIf(openssl === undefined)(
    "what cannot be sent, or shown, to a server (needs openssl)",
    async () => {
      const plain = await serve((_, response) => response.end());
      const secure = await serveHttps({ openssl: openssl ?? "" }, (_, response) => response.end());
      const proxy = await serveProxy({ port: secure.port });
      await expectNoLeaks(async () => {
        const failure = { name: "ConnectionError", code: "ERR_FETCH_CONNECTION" };
        const headers = { "x-a": "a\nb: c" };
        await expect(downloadFile(plain.url, target, { headers })).rejects.toMatchObject(failure);
        const environment = { https_proxy: proxy.url };
        const options = { environment, ca: secure.certificate, cert: "nonsense" };
        await expect(downloadFile("https://server.test/", target, options)).rejects.toMatchObject(failure);
      });
      await Promise.all([plain, secure, proxy].map((server) => server.close()));
      expectUntouched(target);
    },
  );

  test("a file that changes between two attempts, for a descriptor that cannot take bytes back", async () => {
    const fd = openSync(target, "w");
    const server = await serveInterrupted({
      content: (request) => content.subarray(request),
      cuts: [100_000],
    });
    await expectNoLeaks(async () => {
      await expect(fetchToFd(server.url, fd, { retries: 1, retryDelay: () => 0 })).rejects.toMatchObject({
        name: "ChangedError",
        code: "ERR_FETCH_CHANGED",
      });
    });
    await server.close();
    closeSync(fd);
  });

  test("a descriptor that is closed", async () => {
    const server = await serve((_, response) => response.end(content));
    await expectNoLeaks(async () => {
      const fd = openSync(target, "r");
      closeSync(fd);
      await expect(fetchToFd(server.url, fd)).rejects.toMatchObject({
        name: "WriteError",
        code: "ERR_FETCH_WRITE",
        reason: `cannot write file descriptor ${fd}: Bad file descriptor`,
      });
      expect(server.requests).toEqual([]);
    });
    await server.close();
  });
});

describe("a full disk", () => {
  let disk: string;
  let isMounted = false;

  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), "small-disk-"));
    try {
      execFileSync(mount ?? "", ["-t", "tmpfs", "-o", "size=256k", "none", disk], { stdio: "ignore" });
      isMounted = true;
    } catch {
      // Not everybody may.
    }
  });

  afterAll(() => {
    if (isMounted) execFileSync(umount ?? "", [disk]);
    rmSync(disk, { recursive: true });
  });

  test.for([true, false])(
    "leaves no trace in a file (needs the right to mount), resume: %s",
    async (resume, { skip }) => {
      skip(!isMounted, "not allowed to mount a tmpfs");
      const path = makeOldFile(disk);
      await expectNoLeaks(async () => {
        const server = await serveInterrupted({ content: () => content, cuts: [] });
        await expect(downloadFile(server.url, path, { resume })).rejects.toMatchObject({
          name: "WriteError",
          code: "ERR_FETCH_WRITE",
          reason: `cannot write ${path}: No space left on device`,
        });
        await server.close();
      });
      expectUntouched(path);
    },
  );

  test.skipIf(!existsSync("/dev/full"))("leaves no trace beside a descriptor (needs /dev/full)", async () => {
    const fd = openSync("/dev/full", "w");
    const server = await serve((_, response) => response.end(content));
    await expectNoLeaks(async () => {
      await expect(fetchToFd(server.url, fd)).rejects.toMatchObject({
        name: "WriteError",
        reason: `cannot write file descriptor ${fd}: No space left on device`,
      });
    });
    await server.close();
    closeSync(fd);
  });
});
