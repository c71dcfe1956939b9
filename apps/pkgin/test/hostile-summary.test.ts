import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noTerminal } from "./run-on-terminal.ts";
import { bin, runCommand } from "./run-pkgin.ts";
import { openScene, type Scene, setScene } from "./scene.ts";

/* Whoever can write a summary can write anything into it: it does nothing to the terminal of the one who reads it. */

const RECORDS = [
  "PKGNAME=evil-1",
  "COMMENT=\u001b]0;title\u0007 \u001b[2J \u009b31m \u007f a\ttab, caf\u00e9 \x08\x08 and\rover",
  "DESCRIPTION=first \u001b[2J",
  "DESCRIPTION=second hiddenword \u001b[5m",
  "CATEGORIES=misc\u001b[7m",
  "HOMEPAGE=http://home/\u001b[2J",
  "LICENSE=mit\u001b[5m",
  "PROVIDES=/usr/lib/\u001b[1mx.so",
  "REQUIRES=/nowhere/\u001b[1mx.so",
  "DEPENDS=lib\u001b[2J-[0-9]*",
  "FILE_SIZE=10",
  "",
  "PKGNAME=name\u001b[31m-1",
  "FILE_SIZE=10",
  "",
  "PKGNAME=unsized\u001b[31m-1",
  "",
  "PKGNAME=outside-1",
  "FILE_NAME=../../secret",
  "FILE_SIZE=10",
  "",
  "PKGNAME=needy-1",
  "DEPENDS=../../escape-[0-9]*",
  "FILE_SIZE=10",
  "",
  "PKGNAME=../../escape-1",
  "FILE_SIZE=10",
  "",
  `PKGNAME=long-${"1".repeat(10_000)}`,
  "FILE_SIZE=10",
  "",
].join("\n");
/** Bytes that are no UTF-8; in a terminal that is none of UTF-8, the first begins a control sequence. */
const LATIN = Buffer.from("PKGNAME=caf\u00e9-1\nCOMMENT=\u009b31m \u00e9\nFILE_SIZE=10\n\n", "latin1");
/** Whatever does something to a terminal, but for new lines and tabs. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
  const text = Buffer.concat([Buffer.from(`${RECORDS}\n`), LATIN]);
  writeFileSync(join(scene.directory, "pkg_summary.gz"), gzipSync(text));
  await scene.pkgin(["update"]);
});

afterAll(() => scene.close());

test.each([
  "avail",
  "-p avail",
  "search evil",
  "search nothing\u001b[2J",
  "search --full-text hiddenword",
  "info evil",
  "--json info evil",
  "provides evil",
  "show-pkg-category evil",
  "-n install evil needy",
  "-y install name\u001b[31m",
  "pkg-descr evil",
])("what a summary says does nothing to a terminal with %j", async (line) => {
  const { stdout, stderr } = await scene.pkgin(line.split(" "));
  expect(stderr).toContain("unsized\\x1b[31m-1");
  expect(stdout).not.toMatch(CONTROL);
  expect(stderr).not.toMatch(CONTROL);
});

test("control characters are shown, and other text is as it was", async () => {
  const { stdout, stderr } = await scene.pkgin(["search", "^evil"]);
  expect(stderr).toContain(
    "warning: remote package unsized\\x1b[31m-1 has an invalid or missing FILE_SIZE\n",
  );
  expect(stdout.split("\n")[0]).toBe(
    "evil-1               \\x1b]0;title\\x07 \\x1b[2J \\x9b31m \\x7f a\ttab, café \\x08\\x08 and\\x0dover",
  );
});

test.each(["avail", "search caf"])("bytes that are no UTF-8 come out of %s as they came in", async (line) => {
  const inHex = ["/bin/sh", "-c", '"$@" | od -An -tx1 -v | tr -d " \\n"', "sh"];
  const command = [...inHex, process.execPath, bin, "--prefix", scene.prefix, ...line.split(" ")];
  const { stdout } = await runCommand(command, { env: { PKG_REPOS: scene.server.url } });
  expect(stdout).toContain(Buffer.from("caf\u00e9-1 ", "latin1").toString("hex"));
  expect(stdout).toContain(Buffer.from("\u009b31m \u00e9\n", "latin1").toString("hex"));
});

test.skipIf(noTerminal !== undefined)("nor do they begin a control sequence on a terminal", async () => {
  const { stdout } = await scene.onTerminal(["avail"]);
  expect(stdout).toMatch(/ \\x9b31m /);
});

test.skipIf(noTerminal !== undefined)("what is highlighted does nothing else either", async () => {
  const { stdout } = await scene.onTerminal(["search", "--full-text", "hiddenword"]);
  expect(stdout).toContain("    second \u001b[1mhiddenword\u001b[0m \\x1b[5m\n");
});

test("a package file that is not below the repository is not asked for", async () => {
  const asked = scene.server.requests.length;
  const { status, stderr } = await scene.pkgin(["-y", "install", "outside"]);
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^pkgin: outside-1: a package file below .* was expected, found "\.\.\/\.\.\/secret"$/m,
    ) as string,
  });
  expect(scene.server.requests.slice(asked).filter((line) => !line.includes("pkg_summary"))).toEqual([]);
});

test("a name that no file can have is none, and not shown at length", async () => {
  const { status, stderr } = await scene.pkgin(["-y", "install", "long"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^pkgin: "long-1{55}\.\.\." is no name of a package$/m);
});

test("a name that leads out of the cache is none", async () => {
  const { status, stderr } = await scene.pkgin(["-y", "install", "needy"]);
  expect(status).toBe(1);
  expect(stderr).toContain('pkgin: "../../escape-1" is no name of a package\n');
  expect(existsSync(join(scene.prefix, "var/db/escape-1.tgz"))).toBe(false);
});

test("nor does the message of a package that is installed", async () => {
  const other = await setScene([{ pkgname: "hello-1.0", display: "read \u001b[2J\u009b31m this\n" }]);
  const { status, stdout } = await other.pkgin(["-y", "install", "hello"]);
  expect(status).toBe(0);
  expect(stdout).toContain("read \\x1b[2J\\x9b31m this\n");
  expect(stdout).not.toMatch(CONTROL);
});
