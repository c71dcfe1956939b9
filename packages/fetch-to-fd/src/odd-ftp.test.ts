import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";
import { type OddFtpOptions, serveOddFtp } from "../test/odd-ftp-server.ts";
import { downloadFile } from "./download-file.ts";
import type { DownloadOptions } from "./options.ts";

const content = "0123456789abcdefghij";
const other = "x".repeat(content.length);
const size = `213 ${content.length}`;
/** The first transfer breaks off. */
const breaksOff: OddFtpOptions = {
  replies: { SIZE: size },
  content: (transfers) => (transfers === 0 ? content.slice(0, 8) : content),
  end: (transfers) => (transfers === 0 ? "426 broken off" : "226 done"),
};

let target: string;
let close: (() => Promise<void>) | undefined;

beforeEach(() => {
  target = join(temporaryDirectory(), "target");
});

afterEach(async () => {
  await close?.();
});

async function download(server: OddFtpOptions, options: DownloadOptions = {}) {
  const started = await serveOddFtp(server);
  close = started.close;
  return downloadFile(started.url, target, { environment: {}, retryDelay: () => 0, ...options });
}

test("a transfer that breaks off is gone on with", async () => {
  await download(breaksOff, { retries: 1 });
  expect(readFileSync(target, "utf8")).toBe(content);
});

test("a server that cannot begin in the middle is asked for all of it", async () => {
  await download({ ...breaksOff, replies: { SIZE: size, REST: "502 unknown" } }, { retries: 1 });
  expect(readFileSync(target, "utf8")).toBe(content);
});

test("a time that is none proves nothing", async () => {
  const changing = {
    ...breaksOff,
    content: (transfers: number) => (transfers === 0 ? content.slice(0, 8) : other),
  };
  const { validators } = await download(
    { ...changing, replies: { SIZE: size, MDTM: "213 yesterday" } },
    { retries: 1 },
  );
  expect(readFileSync(target, "utf8")).toBe(other);
  expect(validators).toEqual({ lastModified: undefined });
});

test("more than the announced size is an error of its kind", async () => {
  const longer = { replies: { SIZE: size }, content: () => content + content };
  await expect(download(longer)).rejects.toMatchObject({ code: "ERR_FETCH_SIZE", expected: content.length });
});

test("a server that allows no passive connection is told in a few words", async () => {
  const active = {
    replies: { SIZE: size, EPSV: "502 unknown", PASV: "502 not here" },
    content: () => content,
  };
  await expect(download(active)).rejects.toMatchObject({
    code: "ERR_FETCH_CONNECTION",
    reason: "No passive connection: 502 not here",
  });
});
