import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { runProgram } from "test-support";
import { expect, test } from "vitest";
import { remoteRows, temporaryDirectory } from "../test/fixture.ts";
import { openCatalogue } from "./index.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

const run = (args: readonly string[], input: string | Uint8Array = "") =>
  runProgram(process.execPath, [bin, ...args], { input });

function contentOf(path: string): unknown[] {
  const catalogue = openCatalogue(path, { readOnly: true });
  try {
    return remoteRows(catalogue);
  } finally {
    catalogue.close();
  }
}

const summary = "PKGNAME=a-1\nCOMMENT=A\n\nPKGNAME=b-1\nCOMMENT=B\n";

test("standard input becomes what the catalogue knows of a repository, in any form", async () => {
  const path = join(temporaryDirectory(), "catalogue.db");
  const repository = ["--repository", "http://127.0.0.1/All"];
  expect(await run([path, ...repository], summary)).toEqual({
    status: 0,
    stdout: "2 packages: 2 added, 0 changed, 0 removed, 0 unchanged\n",
    stderr: "",
  });
  const json = '{"PKGNAME":"a-1","COMMENT":"A"}\n{"PKGNAME":"c-1","COMMENT":"C"}\n';
  expect((await run([path, ...repository], json)).stdout).toBe(
    "2 packages: 1 added, 0 changed, 1 removed, 1 unchanged\n",
  );
  expect((await run([path, "-", ...repository], gzipSync(summary))).stdout).toContain("1 added");
  expect(contentOf(path)).toEqual([
    ["a-1", "A", "http://127.0.0.1/All"],
    ["b-1", "B", "http://127.0.0.1/All"],
  ]);
});

test("several files are one summary, of the directory that the first is in", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "catalogue.db");
  writeFileSync(join(directory, "one"), summary);
  writeFileSync(join(directory, "two.gz"), gzipSync("PKGNAME=c-1\n"));
  expect((await run([path, join(directory, "one"), join(directory, "two.gz")])).stdout).toContain("3 added");
  expect(contentOf(path)).toContainEqual(["c-1", null, pathToFileURL(directory).href]);
});

test("whatever is wrong is said in a line, and the catalogue stays as it was", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "catalogue.db");
  await run([path], summary);
  const before = contentOf(path);
  const cut = join(directory, "cut.gz");
  writeFileSync(cut, gzipSync("PKGNAME=z-1\n").subarray(0, -5));
  for (const [args, input, message] of [
    [
      [path],
      "PKGNAME=z-1\n\n<html>",
      /record 2 of stdin:, at byte 13 of its text: VARIABLE=VALUE was expected/,
    ],
    [[path], "", /standard input: records were expected, found none; nothing was changed/],
    [[path, cut], "", /cut\.gz: the summary is not whole/],
    [[path, join(directory, "missing")], "", /missing: ENOENT/],
    [[path, "--xml"], "", /Unknown option '--xml'/],
    [[], "", /the name of a database was expected; see --help/],
  ] as const) {
    const { status, stdout, stderr } = await run(args, input);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^summary-to-sqlite: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  }
  expect(contentOf(path)).toEqual(before);
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test("the command explains itself", async () => {
  expect((await run(["--help"])).stdout).toMatch(/^Usage: summary-to-sqlite DB \[FILE\.\.\.\]/);
  expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.skipIf(!existsSync("/dev/full"))(
  "output that cannot be written is said in a line, unless nobody reads it (needs /dev/full)",
  async () => {
    const directory = temporaryDirectory();
    const shell = async (after: string) => {
      const script = `"$0" "$1" catalogue.db ${after}`;
      return runProgram("bash", ["-c", script, process.execPath, bin], { cwd: directory, input: summary });
    };
    expect(await shell("> /dev/full")).toEqual({
      status: 1,
      stdout: "",
      stderr: "summary-to-sqlite: ENOSPC: no space left on device, write\n",
    });
    const closed = await shell("2>&1 > >(exec true) | cat; exit ${PIPESTATUS[0]}");
    expect(closed.stdout).toBe("");
    expect(contentOf(join(directory, "catalogue.db"))).toHaveLength(2);
  },
);
