import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeBzip2, runProgram } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { encodeText } from "./text.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const summary = "PKGNAME=a-1\nDEPENDS=b>=1\nDEPENDS=c-[0-9]*\nDESCRIPTION=\n\nPKGNAME=b=2\n";

const run = (args: readonly string[], input: string | Uint8Array = "") =>
  runProgram(process.execPath, [bin, ...args], { input });

function fileOf(bytes: Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), "bz2-record-stream-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "file");
  writeFileSync(file, bytes);
  return file;
}

test("the command prints JSON, text or a count, of a file or standard input", async () => {
  const packed = encodeBzip2(Buffer.from(summary));
  const json = '{"PKGNAME":"a-1","DEPENDS":["b>=1","c-[0-9]*"],"DESCRIPTION":""}\n{"PKGNAME":"b=2"}\n';
  expect(await run([], packed)).toEqual({ status: 0, stdout: json, stderr: "" });
  expect((await run(["--ndjson", "-"], packed)).stdout).toBe(json);
  expect((await run(["--text"], packed)).stdout).toBe(summary);
  expect((await run(["--count", fileOf(packed)])).stdout).toBe("2\n");
});

test("the command takes lines for records", async () => {
  const lines = Buffer.from('one "line"\r\n\ncaf\xe9\n', "latin1");
  expect((await run(["--lines"], lines)).stdout).toBe(String.raw`"one \"line\""${"\n"}"caf\udce9"${"\n"}`);
  expect((await run(["--lines", "--count"], lines)).stdout).toBe("2\n");
});

test("what is no UTF-8 can be had back from the JSON", async () => {
  const value = Buffer.from('t\xe9 \\udce9 "\xc3\xa9"', "latin1");
  const { stdout } = await run([], Buffer.concat([Buffer.from("COMMENT="), value]));
  const { COMMENT } = JSON.parse(stdout) as { COMMENT: string };
  expect(encodeText(COMMENT).equals(value)).toBe(true);
});

test("the command explains itself", async () => {
  expect((await run(["--help"])).stdout).toMatch(/^Usage: bz2-record-stream \[--ndjson/);
  expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [
    "a file that is cut",
    [],
    /^bzip2 stream: the input ends too early at byte 40, after 0 whole records \(0 bytes of text\)$/,
  ],
  ["a file that is not there", ["/nonexistent/file"], /^ENOENT.*'\/nonexistent\/file'$/],
  ["a directory", [tmpdir()], new RegExp(`^${tmpdir()}: EISDIR`)],
  [
    "several forms at once",
    ["--text", "--count"],
    /^one of --ndjson, --text and --count was expected, found several$/,
  ],
  ["several files", ["a", "b"], /^one FILE was expected, found another: b$/],
  ["an option that there is not", ["--xml"], /^Unknown option '--xml'/],
])("the command says in one line what is wrong: %s", async (_, args, message) => {
  const packed = encodeBzip2(Buffer.from(summary)).subarray(0, 40);
  const { status, stdout, stderr } = await run(args, packed);
  expect(status).toBe(1);
  expect(["", stderr.replace("bz2-record-stream", "incomplete")]).toContain(stdout);
  expect(stderr).toMatch(/^bz2-record-stream: .*\n$/);
  expect(stderr.slice("bz2-record-stream: ".length).trimEnd()).toMatch(message);
});

test("output that is not all there is does not look as if it were", async () => {
  const lines = "A=1\n\n".repeat(100_000);
  const packed = encodeBzip2(Buffer.from(lines));
  const { status, stdout } = await run([], packed.subarray(0, -20));
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^(?:\{"A":"1"\}\n)+incomplete: bzip2 stream: the input ends too early at byte \d+, after \d+/,
  );
  expect(await run([])).toEqual({
    status: 1,
    stdout: "incomplete: input was expected, found none\n",
    stderr: "bz2-record-stream: input was expected, found none\n",
  });
});

test("JSON of a command that is killed does not look whole", async () => {
  const child = spawn(process.execPath, [bin], { stdio: ["pipe", "pipe", "inherit"] });
  // So much that a first piece is written, and no second.
  child.stdin.write("A=1\n\n".repeat(7000));
  const piece = '{"A":"1"}\n'.repeat(Math.ceil(65_536 / 10)).slice(0, -1);
  let stdout = "";
  child.stdout.on("data", (part: Buffer) => {
    stdout += part.toString();
    if (stdout.length >= piece.length) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  expect(stdout).toBe(piece);
});

test.skipIf(!existsSync("/dev/full"))(
  "a full disk is named, whatever is written (needs /dev/full)",
  async () => {
    for (const args of ["--help", "--version", "--count", ""]) {
      const shell = `"${process.execPath}" "${bin}" ${args} >/dev/full`;
      const { status, stderr } = await runProgram("/bin/sh", ["-c", shell], { input: summary });
      expect({ args, status, stderr }).toEqual({
        args,
        status: 1,
        stderr: "bz2-record-stream: ENOSPC: no space left on device, write\n",
      });
    }
  },
);

test("a reader that goes away ends the command quietly", async () => {
  const child = spawn(process.execPath, [bin, "--text"], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {});
  child.stdin.end(Buffer.alloc(20_000_000, "A=1\n"));
  let stderr = "";
  child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
  child.stdout.once("data", () => child.stdout.destroy());
  await new Promise((resolve) => child.once("close", resolve));
  expect(stderr).toBe("");
});
