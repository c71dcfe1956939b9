import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FtpServer, ftpServerPython, serve, serveFtp, serveRaw } from "test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";
import { downloadFile } from "./download-file.ts";
import { openUrl } from "./open-url.ts";
import { openText } from "../test/open-text.ts";

const python = ftpServerPython();
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => `line ${index}\n`).join(""));
const digests = { sha256: createHash("sha256").update(content).digest("hex") };

describe.skipIf(python === undefined)("ftp (needs python3 with pyftpdlib)", () => {
  let directory: string;
  let served: string;
  let target: string;
  let server: FtpServer;

  beforeAll(async () => {
    served = mkdtempSync(join(tmpdir(), "ftp-served-"));
    writeFileSync(join(served, "data"), content);
    writeFileSync(join(served, "empty"), "");
    writeFileSync(join(served, "an odd%name"), "odd");
    mkdirSync(join(served, "below"));
    writeFileSync(join(served, "below", "file"), "below");
    server = await serveFtp(python ?? "", served, { name: "me", password: "s:cret" });
  });

  beforeEach(() => {
    directory = temporaryDirectory();
    target = join(directory, "target");
  });

  afterAll(async () => {
    await server.close();
    rmSync(served, { recursive: true });
  });

  test("comes through whole, with its size and time", async () => {
    const { size, validators, close } = await openUrl(`${server.url}/data`);
    close();
    expect(size).toBe(content.length);
    expect(validators.lastModified).toMatch(/GMT$/);
    const { bytes } = await downloadFile(`${server.url}/data`, target, { digests });
    expect(bytes).toBe(content.length);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(await openText(`${server.url}/empty`)).toBe("");
    expect(await openText(`${server.url}/below/file`)).toBe("below");
    expect(await openText(`${server.url}/an%20odd%25name`)).toBe("odd");
  });

  test("is not sent where nothing has changed", async () => {
    const { validators, close } = await openUrl(`${server.url}/data`);
    close();
    expect(await openUrl(`${server.url}/data`, { validators })).toMatchObject({
      notModified: true,
      validators,
    });
    const lastModified = new Date(0).toUTCString();
    expect(await openUrl(`${server.url}/empty`, { validators: { lastModified } })).toMatchObject({
      notModified: false,
    });
  });

  test("is gone on with where an earlier transfer was abandoned, unless it has changed", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const options = { resume: true, signal: abort.signal, onProgress: () => abort.abort(reason) };
    const url = `${server.url}/data`;
    await expect(downloadFile(url, target, options)).rejects.toBe(reason);
    const { length } = readFileSync(`${target}.part`);
    expect(length).toBeGreaterThan(0);
    const { resumedAt, bytes } = await downloadFile(url, target, { resume: true, digests });
    expect({ resumedAt, bytes }).toEqual({ resumedAt: length, bytes: content.length });
    expect(readdirSync(directory)).toEqual(["target"]);

    const again = new AbortController();
    await expect(
      downloadFile(url, target, {
        resume: true,
        signal: again.signal,
        onProgress: () => again.abort(reason),
      }),
    ).rejects.toBe(reason);
    utimesSync(join(served, "data"), 1e9, 1e9);
    expect(await downloadFile(url, target, { resume: true, digests })).toMatchObject({ resumedAt: 0 });
  });

  test("is asked for as the user of the URL, who is not printed", async () => {
    const url = server.url.replace("//", "//me:s%3Acret@");
    expect(await openText(`${url}/below/file`)).toBe("below");
    const wrong = server.url.replace("//", "//me:wrong@");
    await expect(openUrl(`${wrong}/data`)).rejects.toMatchObject({
      name: "FtpStatusError",
      code: "ERR_FETCH_STATUS",
      status: 530,
      message: expect.stringMatching(/^ftp:\/\/\*\*\*@127\.0\.0\.1:\d+\/data: 530 Authentication failed/),
    });
  });

  test("that is none says why", async () => {
    await expect(openUrl(`${server.url}/none`)).rejects.toMatchObject({
      status: 550,
      reason: "550 No such file or directory.",
    });
    for (const path of ["", "a%0D%0ADELE%20b", "%ff"]) {
      await expect(openUrl(`${server.url}/${path}`)).rejects.toMatchObject({ code: "ERR_FETCH_URL" });
    }
  });

  test("that breaks off is a TruncatedError, and leaves nothing", async () => {
    const short = await serveFtp(python ?? "", served);
    let closing: Promise<void> | undefined;
    const failure = downloadFile(`${short.url}/data`, target, {
      onProgress: () => (closing ??= short.close()),
      maxRate: content.length * 2,
    });
    await expect(failure).rejects.toMatchObject({ code: "ERR_FETCH_TRUNCATED", expected: content.length });
    await closing;
    expect(readdirSync(directory)).toEqual([]);
  });

  test("can be left early, and aborted while waiting", async () => {
    for await (const _ of (await openUrl(`${server.url}/data`)).body) break;
    const reason = new Error("enough");
    const abort = new AbortController();
    const silent = await serveRaw(() => {});
    const waiting = openUrl(silent.url.replace("http", "ftp"), { signal: abort.signal });
    abort.abort(reason);
    await expect(waiting).rejects.toMatchObject({ code: "ERR_FETCH_URL" });
    const file = openUrl(`${silent.url.replace("http", "ftp")}/a`, { signal: abort.signal });
    await expect(file).rejects.toBe(reason);
    await silent.close();
  });
});

test("an ftp server that does not answer, or is none, is a failure of its kind", async () => {
  const silent = await serveRaw(() => {});
  const ftp = (url: string) => `${url.replace("http", "ftp")}/a`;
  await expect(openUrl(ftp(silent.url), { idleTimeout: 50, connectTimeout: 50 })).rejects.toMatchObject({
    code: "ERR_FETCH_STALLED",
    limit: 50,
  });
  await silent.close();
  await expect(openUrl(ftp(silent.url))).rejects.toMatchObject({
    code: "ERR_FETCH_CONNECTION",
    reason: "Connection refused",
  });
  const http = await serve((_, response) => response.end());
  await expect(openUrl(ftp(http.url), { connectTimeout: 50 })).rejects.toMatchObject({
    code: "ERR_FETCH_STALLED",
  });
  await http.close();
});
