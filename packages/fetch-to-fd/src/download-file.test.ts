import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type LocalServer, serveDirectory, serveRaw } from "test-support";
import { afterEach, beforeEach, expect, test } from "vitest";
import { expectAlone, expectUntouched, makeOldFile, temporaryDirectory } from "../test/fixture.ts";
import { downloadFile } from "./download-file.ts";

let directory: string;
let target: string;
let server: LocalServer;

beforeEach(async () => {
  directory = temporaryDirectory();
  target = makeOldFile();
  writeFileSync(join(directory, "data"), "new");
  server = await serveDirectory(directory);
});

afterEach(async () => {
  await server.close();
});

test("the file is replaced when all has come, and nothing is left beside it", async () => {
  const partSeen: boolean[] = [];
  const onProgress = () =>
    partSeen.push(existsSync(`${target}.part`) && readFileSync(target, "utf8") === "old");
  const result = await downloadFile(`${server.url}/data`, target, { onProgress });
  expect(result).toMatchObject({ bytes: 3, notModified: false });
  expect(partSeen).toEqual([true]);
  expectAlone(target, "new");
});

test("the file stays when nothing has changed", async () => {
  const { validators } = await downloadFile(`${server.url}/data`, join(directory, "copy"));
  expect(await downloadFile(`${server.url}/data`, target, { validators })).toMatchObject({
    notModified: true,
  });
  expectUntouched(target);
});

test("the file stays after any failure", async () => {
  const url = `${server.url}/data`;
  await expect(downloadFile(`${server.url}/none`, target)).rejects.toMatchObject({ status: 404 });
  expectUntouched(target);
  await expect(downloadFile(url, target, { expectedSize: 9 })).rejects.toMatchObject({
    code: "ERR_FETCH_SIZE",
  });
  expectUntouched(target);
  const digests = { sha1: "0".repeat(40) };
  await expect(downloadFile(url, target, { digests })).rejects.toMatchObject({ code: "ERR_FETCH_DIGEST" });
  expectUntouched(target);
  const cut = await serveRaw((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello"));
  await expect(downloadFile(cut.url, target)).rejects.toMatchObject({ code: "ERR_FETCH_TRUNCATED" });
  await cut.close();
  expectUntouched(target);
  const abort = new AbortController();
  const reason = new Error("enough");
  const aborted = downloadFile(url, target, { signal: abort.signal, onProgress: () => abort.abort(reason) });
  await expect(aborted).rejects.toBe(reason);
  expectUntouched(target);
});

test("a directory that does not exist is named", async () => {
  const path = join(directory, "none", "target");
  await expect(downloadFile(`${server.url}/data`, path)).rejects.toMatchObject({
    code: "ERR_FETCH_WRITE",
    message: `${server.url}/data: cannot write ${path}: No such file or directory`,
  });
});

test("a device or a directory is not replaced", async () => {
  const device = join(directory, "null");
  symlinkSync("/dev/null", device);
  await expect(downloadFile(`${server.url}/data`, device)).rejects.toMatchObject({ code: "ERR_FETCH_WRITE" });
  expect(statSync(device).isCharacterDevice()).toBe(true);
  await expect(downloadFile(`${server.url}/data`, directory)).rejects.toMatchObject({
    reason: `cannot write ${directory}: Not a regular file`,
  });
});

test("a link in place of the part is not followed", async () => {
  const victim = join(directory, "victim");
  writeFileSync(victim, "precious");
  symlinkSync(victim, `${target}.part`);
  symlinkSync(victim, `${target}.part.json`);
  await downloadFile(`${server.url}/data`, target, { resume: true });
  expect(readFileSync(target, "utf8")).toBe("new");
  expect(readFileSync(victim, "utf8")).toBe("precious");
});

test.each([true, false])(
  "of two downloads of one file at once, no mixture comes, resume: %s",
  async (resume) => {
    const contents = ["a", "b"].map((letter) => letter.repeat(3_000_000));
    for (const [index, content] of contents.entries()) writeFileSync(join(directory, String(index)), content);
    const results = await Promise.allSettled(
      contents.map((_, index) => downloadFile(`${server.url}/${index}`, target, { resume })),
    );
    const failures = results.filter((result) => result.status === "rejected");
    expect(failures.length).toBeLessThan(2);
    for (const { reason } of failures)
      expect(reason.message).toMatch(/nother process is writing .*target\.part$/);
    expect(contents).toContain(readFileSync(target, "utf8"));
    expect(readdirSync(dirname(target))).toEqual(["target"]);
  },
);
