import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalServer, serveDirectory } from "./http-server.ts";

let directory: string;
let server: LocalServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "http-server-"));
  writeFileSync(join(directory, "data"), "hello");
  server = await serveDirectory(directory);
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

test("a file comes with its size, or from some byte on while its validator holds", async () => {
  const whole = await fetch(`${server.url}/data`);
  expect([whole.status, whole.headers.get("content-length"), await whole.text()]).toEqual([
    200,
    "5",
    "hello",
  ]);
  const etag = whole.headers.get("etag") ?? "";
  const rest = await fetch(`${server.url}/data`, { headers: { range: "bytes=2-", "if-range": etag } });
  expect([rest.status, rest.headers.get("content-range"), await rest.text()]).toEqual([
    206,
    "bytes 2-4/5",
    "llo",
  ]);
  const changed = await fetch(`${server.url}/data`, {
    headers: { range: "bytes=2-", "if-range": '"other"' },
  });
  expect([changed.status, await changed.text()]).toEqual([200, "hello"]);
  const beyond = await fetch(`${server.url}/data`, { headers: { range: "bytes=5-" } });
  expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */5"]);
});

test("what lies outside the directory is not found", async () => {
  for (const path of ["/none", "/", "/%2e%2e/%2e%2e/etc/passwd"]) {
    const answer = await fetch(server.url + path);
    expect([answer.status, await answer.text()]).toEqual([404, "not found\n"]);
  }
});
