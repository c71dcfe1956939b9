import { type LocalServer, machineTool, serve, serveRaw } from "test-support";
import { describe, expect, test } from "vitest";
import { content, CONTENT_HEAD, expectUntouched, makeOldFile } from "../test/fixture.ts";
import { expectNoLeaks } from "../test/leaks.ts";
import { makeFifo, untilFull } from "../test/pipe.ts";
import { downloadFile } from "./download-file.ts";
import { fetchToFd } from "./fetch-to-fd.ts";
import type { DownloadOptions } from "./options.ts";

describe("an abort leaves no trace", () => {
  const reason = new Error("enough");
  type Stage = (abort: () => void) => { server: () => Promise<LocalServer>; options?: DownloadOptions };

  const stages: readonly [name: string, stage: Stage][] = [
    [
      "before anything",
      (abort) => {
        abort();
        return { server: () => serve((_, response) => response.end(content)) };
      },
    ],
    [
      "while connecting",
      (abort) => {
        setImmediate(abort);
        return { server: () => serve(() => {}) };
      },
    ],
    ["while waiting for the head", (abort) => ({ server: () => serve(() => abort()) })],
    [
      "while waiting for the head that a redirect leads to",
      (abort) => ({
        server: () =>
          serve(({ url }, response) => {
            if (url === "/next") abort();
            else response.writeHead(302, { location: "/next" }).end();
          }),
      }),
    ],
    [
      "while waiting for the rest",
      (abort) => ({
        server: () => serveRaw((socket) => socket.write(`${CONTENT_HEAD}hello`)),
        options: { onProgress: () => setImmediate(abort) },
      }),
    ],
    [
      "between two writes",
      (abort) => ({
        server: () => serve((_, response) => response.end(content)),
        options: { onProgress: abort },
      }),
    ],
    [
      "while waiting for another attempt",
      (abort) => ({
        server: () => serve((_, response) => response.writeHead(503).end()),
        options: {
          retries: 1,
          retryDelay() {
            setImmediate(abort);
            return 3_600_000;
          },
        },
      }),
    ],
    [
      "while going slowly",
      (abort) => ({
        server: () => serve((_, response) => response.end(content)),
        options: { maxRate: 1, onProgress: () => setImmediate(abort) },
      }),
    ],
  ];

  test.each(stages)("%s", async (_, stage) => {
    const controller = new AbortController();
    const { signal } = controller;
    const target = makeOldFile();
    const { server: start, options } = stage(() => controller.abort(reason));
    const server = await start();
    await expectNoLeaks(async () => {
      await expect(downloadFile(server.url, target, { ...options, signal })).rejects.toBe(reason);
    }, signal);
    await server.close();
    expectUntouched(target);
  });

  const mkfifo = machineTool("mkfifo");

  test.skipIf(mkfifo === undefined)("while a pipe is full (needs mkfifo)", async () => {
    const { fd } = makeFifo(mkfifo ?? "");
    const controller = new AbortController();
    const { signal } = controller;
    await expectNoLeaks(async () => {
      // Larger than what a pipe holds, and than what is received at once.
      const server = await serve((_, response) => response.end(Buffer.alloc(4_000_000)));
      const fetching = fetchToFd(server.url, fd, { signal });
      await untilFull(fd);
      controller.abort(reason);
      await expect(fetching).rejects.toBe(reason);
      await server.close();
    }, signal);
  });
});
