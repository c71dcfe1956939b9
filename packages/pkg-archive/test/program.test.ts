import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { runCommand } from "../src/cli.ts";
import { UsageError } from "../src/commands/command.ts";
import { buildPackage, buildTar, metadataItems } from "./build-tar.ts";
import { newKeys } from "./new-keys.ts";
import { runInShell, runProgram } from "./run-program.ts";

const FILES = [
  { name: "bin/hello", content: "#!/bin/sh\necho hello\n", mode: 0o755 },
  { name: "bin/hi", type: "2", target: "hello" },
];
const good = gzipSync(buildPackage(FILES));

let directory = "";

async function collectText(texts: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const text of texts) all += text;
  return all;
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pkg-archive-program-"));
  writeFileSync(join(directory, "test-1.0.tgz"), good);
  writeFileSync(join(directory, "cut-1.0.tgz"), good.subarray(0, 100));
  mkdirSync(join(directory, "root/bin"), { recursive: true });
  writeFileSync(join(directory, "root/bin/hello"), "#!/bin/sh\necho hello\n", { mode: 0o755 });
  mkdirSync(join(directory, "metadata"));
  writeFileSync(join(directory, "metadata/+CONTENTS"), "@name made-1.0\n@cwd /usr/pkg\nbin/hello\n");
  writeFileSync(join(directory, "metadata/+COMMENT"), "Made here\n");
  writeFileSync(join(directory, "metadata/+DESC"), "Made here.\n");
  writeFileSync(join(directory, "metadata/notes"), "are no metadata\n");
});

afterAll(() => rmSync(directory, { recursive: true }));

const run = (...args: string[]): ReturnType<typeof runProgram> => runProgram(args, { cwd: directory });

describe("pkg-archive", () => {
  test("tells its version and its usage", async () => {
    expect(await run("--version")).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
    expect((await run("--help")).stdout).toMatch(/^Usage: pkg-archive COMMAND/);
    expect((await run("verify", "--help")).stdout).toMatch(
      /^Usage: pkg-archive verify FILE.*--keyring KEYS/s,
    );
  });

  test.each([
    [[], /a command was expected, found none/],
    [["unpack"], /a command was expected, found "unpack"/],
    [["info"], /one FILE was expected, found 0/],
    [["list", "a", "b"], /one FILE was expected, found 2/],
    [["verify"], /a FILE was expected/],
    [["info", "--color", "a"], /Unknown option '--color'/],
    [["summary"], /one DIR was expected, found 0/],
    [["summary", "--format", "rar", "."], /--format: gz, bz2, xz, zst was expected, found "rar"/],
    [["create", "a.tgz"], /--metadata and --root were expected/],
    [["create", "a.zip", "--metadata", ".", "--root", "."], /a\.zip: a name that ends with \.tgz/],
  ])("refuses the command line %j", async (args, message) => {
    const running = collectText(
      runCommand(args, { signal: new AbortController().signal, complain: expect.fail }),
    );
    await expect(running).rejects.toThrow(message);
    await expect(running).rejects.toBeInstanceOf(UsageError);
  });

  test("ends with status 2 after a wrong command line", async () => {
    expect(await run("unpack")).toEqual({
      status: 2,
      stdout: "",
      stderr:
        'pkg-archive: a command was expected, found "unpack": one of info, list, verify, create, summary\n',
    });
  });
});

describe("info", () => {
  test("prints what a package says about itself", async () => {
    const { stdout } = await run("info", "test-1.0.tgz");
    expect(stdout).toBe("Name: test-1.0\nComment: A test\nPrefix: /usr/pkg\nFiles: 2\n\nFor a test.\n");
    expect(JSON.parse((await run("info", "--json", "test-1.0.tgz")).stdout)).toMatchObject({
      pkgname: "test-1.0",
      files: 2,
      description: "For a test.\n",
      depends: [],
    });
  });

  test("prints a description of very many lines, and nothing that does something to a terminal", async () => {
    const [contents, comment] = metadataItems("@name long-1.0\n@cwd /usr/pkg\n");
    const items = [contents, comment, { name: "+DESC", content: `${"a\n".repeat(300_000)}\x1b[2Jz\n` }];
    const input = buildTar(items.filter((item) => item !== undefined));
    const { stdout } = await runProgram(["info", "-"], { input });
    expect(stdout).toBe(
      `Name: long-1.0\nComment: A test\nPrefix: /usr/pkg\nFiles: 0\n\n${"a\n".repeat(300_000)}\\x1b[2Jz\n`,
    );
  });

  test("reads standard input", async () => {
    const { stdout } = await runProgram(["info", "-"], { input: good });
    expect(stdout).toMatch(/^Name: test-1.0\n/);
  });

  test.each([
    ["cut-1.0.tgz", /^pkg-archive: cut-1.0.tgz: .*too early at byte \d+\n$/],
    ["none.tgz", /^pkg-archive: none.tgz: no such file or directory\n$/],
    [".", /^pkg-archive: \.: illegal operation on a directory\n$/],
    ["-", /^pkg-archive: standard input: this is no package: .*\n$/],
  ])("says in a line what is wrong with %s", async (name, message) => {
    const { status, stderr } = await run("info", name);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

test("output that cannot be written is told of, but not that the reader of a pipe has gone", async () => {
  expect(await runInShell("program list test-1.0.tgz > /dev/full", { cwd: directory })).toEqual({
    status: 1,
    stdout: "",
    stderr: "pkg-archive: standard output: no space left on device\n",
  });
  expect(await runInShell("program list test-1.0.tgz | true", { cwd: directory })).toEqual({
    status: 0,
    stdout: "",
    stderr: "",
  });
});

describe("list", () => {
  test("prints the paths of the files, or all that is known of them", async () => {
    expect((await run("list", "test-1.0.tgz")).stdout).toBe("/usr/pkg/bin/hello\n/usr/pkg/bin/hi\n");
    const lines = (await run("list", "--json", "test-1.0.tgz")).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        path: "/usr/pkg/bin/hello",
        md5: createHash("md5")
          .update(FILES[0]?.content ?? "")
          .digest("hex"),
      },
      { path: "/usr/pkg/bin/hi", target: "hello" },
    ]);
  });

  test("does nothing to a terminal", async () => {
    const input = buildPackage([{ name: "bin/\x1b[2J\x07", content: "" }]);
    const { stdout } = await runProgram(["list", "-"], { input });
    expect(stdout).toBe("/usr/pkg/bin/\\x1b[2J\\x07\n");
  });
});

describe("verify", () => {
  test("tells the good packages from the bad ones, and fails for any bad one", async () => {
    expect(await run("verify", "test-1.0.tgz")).toEqual({
      status: 0,
      stdout: "test-1.0: good, 2 files\n",
      stderr: "",
    });
    const { status, stdout, stderr } = await run("verify", "cut-1.0.tgz", "test-1.0.tgz");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "test-1.0: good, 2 files\n" });
    expect(stderr).toMatch(/^pkg-archive: cut-1.0.tgz: gzip stream: .*too early at byte \d+\n$/);
    const json = (await run("verify", "--json", "cut-1.0.tgz", "test-1.0.tgz")).stdout.trim().split("\n");
    expect(json.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { file: "cut-1.0.tgz", ok: false, code: "ERR_PACKAGE_DAMAGED" },
      { file: "test-1.0.tgz", ok: true, pkgname: "test-1.0", files: 2 },
    ]);
  });

  test("refuses a name that no package can have", async () => {
    const { status, stderr } = await runProgram(["verify", "-"], {
      input: buildTar(metadataItems("@name ../x-1.0\n@cwd /usr/pkg\n")),
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^pkg-archive: standard input: "\.\.\/x-1\.0", .* cannot be the name of a package\n$/,
    );
  });

  test("holds a file against a summary", async () => {
    const summary = (size: number, cksum: string): string =>
      `PKGNAME=test-1.0\nFILE_SIZE=${size}\nFILE_CKSUM=${cksum}\n\nPKGNAME=b-1\nFILE_NAME=cut-1.0.tgz\n`;
    const verified = async (text: string, ...names: string[]): Promise<string> => {
      writeFileSync(join(directory, "pkg_summary.gz"), gzipSync(text));
      const { status, stderr } = await run("verify", "--summary", "pkg_summary.gz", ...names);
      return `${status} ${stderr}`;
    };
    const digest = createHash("sha512").update(good).digest("hex");
    expect(await verified(summary(good.length, `SHA512 ${digest}`), "test-1.0.tgz")).toBe("0 ");
    expect(await verified(summary(good.length + 1, `SHA512 ${digest}`), "test-1.0.tgz")).toMatch(
      /^1 .*test-1.0.tgz is damaged: \d+ bytes was expected, found \d+\n$/,
    );
    expect(await verified(summary(good.length - 1, `SHA512 ${digest}`), "test-1.0.tgz")).toMatch(
      /found more\n$/,
    );
    expect(await verified(summary(good.length, `SHA512 ${"0".repeat(128)}`), "test-1.0.tgz")).toMatch(
      /sha512 0+ was expected, found [\da-f]{128}\n$/,
    );
    expect(await verified(summary(good.length, "ROT13 abc"), "test-1.0.tgz")).toMatch(/found "ROT13 abc"/);
    expect(await verified("PKGNAME=other-1\n", "test-1.0.tgz")).toMatch(
      /this file is not in pkg_summary.gz\n$/,
    );
  });

  test("holds a file against a list of digests", async () => {
    const list = (digest: string): string =>
      `SHA512 (All/test-1.0.tgz) = ${digest}\nSHA512 (pkg_summary.gz) = ${"1".repeat(128)}\n`;
    const digest = createHash("sha512").update(good).digest("hex");
    writeFileSync(join(directory, "SHA512"), list(digest));
    expect((await run("verify", "--digests", "SHA512", "test-1.0.tgz")).status).toBe(0);
    writeFileSync(join(directory, "SHA512"), list("0".repeat(128)));
    expect((await run("verify", "--digests", "SHA512", "test-1.0.tgz")).stderr).toMatch(
      /sha512 0+ was expected/,
    );
    writeFileSync(join(directory, "SHA512"), `SHA512 (All/other-1.0.tgz) = ${digest}\n`);
    expect((await run("verify", "--digests", "SHA512", "test-1.0.tgz")).stderr).toBe(
      "pkg-archive: test-1.0.tgz: this file is not in SHA512\n",
    );
  });

  test.skipIf(machineTool("bzip2") === undefined)(
    "reads SHA512.bz2 as it is published, if it is whole",
    async () => {
      const digest = createHash("sha512").update(good).digest("hex");
      const list = execFileSync("bzip2", ["-c"], { input: `SHA512 (All/test-1.0.tgz) = ${digest}\n` });
      writeFileSync(join(directory, "SHA512.bz2"), list);
      expect((await run("verify", "--digests", "SHA512.bz2", "test-1.0.tgz")).status).toBe(0);
      writeFileSync(join(directory, "SHA512.bz2"), list.subarray(0, -3));
      expect((await run("verify", "--digests", "SHA512.bz2", "test-1.0.tgz")).stderr).toMatch(
        /^pkg-archive: SHA512.bz2: bzip2 stream: the input ends too early/,
      );
    },
  );

  test("wants a signature of a trusted key where there is a keyring", async () => {
    writeFileSync(join(directory, "keyring"), (await newKeys()).publicKey);
    const { status, stderr } = await run("verify", "--keyring", "keyring", "test-1.0.tgz");
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "pkg-archive: test-1.0.tgz: test-1.0 is not signed\n",
    });
  });
});

describe("create", () => {
  const SOURCES = ["--metadata", "metadata", "--root", "root"];

  test("writes a package of the compression that its name asks for", async () => {
    for (const [name, start] of [["made-1.0.tgz", "1f8b"] as const, ["made-1.0.tar", "2b43"] as const]) {
      expect(await run("create", name, ...SOURCES)).toEqual({ status: 0, stdout: `${name}\n`, stderr: "" });
      expect(readFileSync(join(directory, name)).toString("hex", 0, 2)).toBe(start);
      expect((await run("verify", name)).stdout).toBe("made-1.0: good, 1 file\n");
    }
  });

  test("signs a package with a locked key", async () => {
    const { privateKey, publicKey } = await newKeys("open sesame");
    writeFileSync(join(directory, "secret"), privateKey);
    writeFileSync(join(directory, "public"), publicKey);
    const args = ["create", "signed-1.0.tgz", ...SOURCES, "--sign", "secret"];
    const signing = (passphrase: string): ReturnType<typeof runProgram> =>
      runProgram(args, { cwd: directory, env: { PKG_ARCHIVE_PASSPHRASE: passphrase } });
    expect(await signing("wrong")).toMatchObject({ status: 1, stderr: expect.stringMatching(/this key/) });
    expect(existsSync(join(directory, "signed-1.0.tgz"))).toBe(false);
    expect(await signing("open sesame")).toMatchObject({ status: 0, stderr: "" });
    expect((await run("verify", "signed-1.0.tgz", "--keyring", "public")).stdout).toBe(
      "made-1.0: good, 1 file, signed by Test <test@example.org>\n",
    );
    expect((await run("verify", "signed-1.0.tgz")).stdout).toBe(
      "made-1.0: good, 1 file, but for its signature, which takes a --keyring\n",
    );
    expect(JSON.parse((await run("verify", "--json", "signed-1.0.tgz")).stdout)).toMatchObject({
      ok: true,
      isSigned: true,
    });
  });

  test("signs packages of one name at a time, beside files of any name", async () => {
    mkdirSync(join(directory, "signed"));
    writeFileSync(join(directory, "signed/a-1.0.tgz.unsigned"), "somebody's own");
    const { privateKey, publicKey } = await newKeys();
    writeFileSync(join(directory, "signed/secret"), privateKey);
    writeFileSync(join(directory, "signed/public"), publicKey);
    const sign = ["create", "signed/a-1.0.tgz", ...SOURCES, "--sign", "signed/secret"];
    const results = await Promise.all([run(...sign), run(...sign), run(...sign)]);
    for (const result of results)
      expect(result).toEqual({ status: 0, stdout: "signed/a-1.0.tgz\n", stderr: "" });
    expect(await run("verify", "signed/a-1.0.tgz", "--keyring", "signed/public")).toMatchObject({
      status: 0,
    });
    expect(readFileSync(join(directory, "signed/a-1.0.tgz.unsigned"), "utf8")).toBe("somebody's own");
    expect(readdirSync(join(directory, "signed")).toSorted()).toEqual([
      "a-1.0.tgz",
      "a-1.0.tgz.unsigned",
      "public",
      "secret",
    ]);
  });

  test("leaves nothing of a package that it could not write", async () => {
    writeFileSync(join(directory, "metadata/+CONTENTS"), "@name made-1.0\n@cwd /usr/pkg\nbin/none\n");
    const { status, stderr } = await run("create", "none-1.0.tgz", ...SOURCES);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^pkg-archive: bin\/none, a file of the package, cannot be read: .*\n$/),
    });
    expect((await run("create", "none-1.0.tgz", "--metadata", "root", "--root", "root")).stderr).toBe(
      "pkg-archive: root has no +CONTENTS, the packing list\n",
    );
    expect(readdirSync(directory).filter((name) => /none|part|unsigned/.test(name))).toEqual([]);
  });

  test("tells by the name that was asked for why a package cannot be written", async () => {
    writeFileSync(join(directory, "metadata/+CONTENTS"), "@name made-1.0\n@cwd /usr/pkg\nbin/hello\n");
    expect(await run("create", "nowhere/x.tgz", ...SOURCES)).toEqual({
      status: 1,
      stdout: "",
      stderr: "pkg-archive: nowhere/x.tgz: no such file or directory\n",
    });
    const command = `program create large.tar ${SOURCES.join(" ")}`;
    writeFileSync(join(directory, "large.key"), (await newKeys()).privateKey);
    for (const more of ["", " --sign large.key"])
      expect(await runInShell(`trap "" XFSZ; ulimit -f 1; ${command}${more}`, { cwd: directory })).toEqual({
        status: 1,
        stdout: "",
        stderr: "pkg-archive: large.tar: file too large\n",
      });
    rmSync(join(directory, "large.key"));
    expect(readdirSync(directory).filter((name) => name.startsWith("large"))).toEqual([]);
  });

  test("leaves nothing of a package whose writing was interrupted", async () => {
    writeFileSync(join(directory, "metadata/+CONTENTS"), "@name made-1.0\n@cwd /usr/pkg\nbin/hello\n");
    const interrupt = new AbortController();
    const context = { signal: interrupt.signal, complain: expect.fail };
    const path = (name: string): string => join(directory, name);
    const args = ["create", path("stop-1.0.tgz"), "--metadata", path("metadata"), "--root", path("root")];
    const writing = collectText(runCommand(args, context));
    interrupt.abort(new Error("enough"));
    await expect(writing).rejects.toThrow("enough");
    expect(readdirSync(directory).filter((name) => name.startsWith("stop"))).toEqual([]);
  });
});

test("summary makes a repository of a directory", async () => {
  mkdirSync(join(directory, "All"));
  writeFileSync(join(directory, "All/test-1.0.tgz"), good);
  expect(await run("summary", "All")).toEqual({
    status: 0,
    stdout: "pkg_summary.gz: 1 package, 1 read\n",
    stderr: "",
  });
  expect((await run("verify", "--summary", "All/pkg_summary.gz", "All/test-1.0.tgz")).status).toBe(0);
  expect(await runInShell('trap "" XFSZ; ulimit -f 0; program summary All', { cwd: directory })).toEqual({
    status: 1,
    stdout: "",
    stderr: "pkg-archive: All/pkg_summary: file too large\n",
  });
  expect(readdirSync(join(directory, "All")).toSorted()).toEqual(["pkg_summary.gz", "test-1.0.tgz"]);
  expect(await run("summary", "none")).toEqual({
    status: 1,
    stdout: "",
    stderr: "pkg-archive: none: no such file or directory\n",
  });
});
