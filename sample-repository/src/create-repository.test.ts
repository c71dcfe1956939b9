import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openPackage } from "pkg-archive";
import { generateSummary, machineTool } from "test-support";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRepository } from "./index.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sample-repository-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("a package has its files, links, modes and metadata", async () => {
  const [created] = await createRepository(directory, [
    {
      pkgname: "hello-1.0",
      depends: ["greet>=2"],
      files: {
        "bin/hello": { content: "#!/bin/sh\necho hello\n", mode: 0o755 },
        "lib/large": { size: 100_000 },
        "lib/link": { symlink: "large" },
      },
      buildInfo: { CATEGORIES: "misc shells" },
    },
  ]);
  const reader = await openPackage(createReadStream(created?.path ?? ""));
  const found: unknown[] = [];
  for await (const { path, mode, size, target, body } of reader.files) {
    found.push([path, mode & 0o777, size, target]);
    for await (const chunk of body) expect(chunk.length).toBeGreaterThan(0);
  }
  await reader.close();
  expect(found).toEqual([
    ["bin/hello", 0o755, 21, undefined],
    ["lib/large", 0o644, 100_000, undefined],
    ["lib/link", 0o777, 0, "large"],
  ]);
  expect(created?.summary).toContain("PKGNAME=hello-1.0\nDEPENDS=greet>=2\n");
  expect(created?.summary).toContain("\nCATEGORIES=misc shells\n");
  expect(created?.summary).toContain(`\nFILE_SIZE=${statSync(created?.path ?? "").size}\n`);
});

test("the summary has the other records first, then the packages'", async () => {
  const others = [...generateSummary({ records: 10 })];
  const created = await createRepository(directory, [{ pkgname: "one-1" }, { pkgname: "two-2" }], {
    otherRecords: others,
  });
  const text = gunzipSync(readFileSync(join(directory, "pkg_summary.gz"))).toString();
  expect(text).toBe(
    `${Buffer.concat(others).toString()}${created.map(({ summary }) => `${summary}\n`).join("")}`,
  );
});

test("the same packages are the same bytes", async () => {
  const build = async () =>
    readFileSync((await createRepository(directory, [{ pkgname: "one-1" }]))[0]?.path ?? "");
  expect((await build()).equals(await build())).toBe(true);
});

test("the summary is compressed as asked for", async () => {
  await createRepository(directory, [], { compression: "bzip2" });
  expect(readFileSync(join(directory, "pkg_summary.bz2")).subarray(0, 3).toString()).toBe("BZh");
  await createRepository(directory, [], { compression: "none" });
  expect(existsSync(join(directory, "pkg_summary"))).toBe(true);
});

test.skipIf(machineTool("zstd") === undefined)("the summary is compressed by zstd", async () => {
  await createRepository(directory, [{ pkgname: "one-1" }], { compression: "zstd" });
  expect(readFileSync(join(directory, "pkg_summary.zst")).readUInt32LE()).toBe(0xfd2fb528);
});
