import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noTerminal } from "./run-on-terminal.ts";
import { runPkgin, temporaryDirectory } from "./run-pkgin.ts";
import { openScene, type Scene } from "./scene.ts";

const LIBGREET = { pkgname: "libgreet-1.0", comment: "Greeting library", files: { "lib/greet": "x" } };
const HELLO = {
  pkgname: "hello-2.0",
  comment: "Says hello",
  description: "Prints a greeting\nin many languages of the world.",
  depends: ["libgreet>=1.0"],
  files: { "bin/hello": { content: "#!/bin/sh\n", mode: 0o755 } },
};
const WEBBY = { pkgname: "webby-1.0", comment: "A greeting page", depends: ["hello-[0-9]*"] };

let scene: Scene;

beforeAll(async () => {
  scene = await openScene([LIBGREET, HELLO, WEBBY, { pkgname: "gone-1.0" }]);
  await scene.pkgin(["-y", "install", "webby", "gone"]);
  await scene.publish([
    LIBGREET,
    { ...HELLO, pkgname: "hello-2.1" },
    { ...WEBBY, buildInfo: { BUILD_DATE: "2026-06-01 00:00:00 +0000" } },
  ]);
  await scene.pkgin(["-f", "update"]);
});

afterAll(() => scene.close());

/** Runs a verb with --json and takes its output apart. */
async function json(...args: string[]): Promise<unknown> {
  const { stdout, stderr } = await scene.pkgin([...args, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

test("outdated tells what upgrade would do, what is held and what no repository has any more", async () => {
  const states = async () =>
    ((await json("outdated")) as { name: string; state: string }[]).map(({ name, state }) => [name, state]);
  expect(await json("outdated")).toEqual([
    { name: "gone", installed: "1.0", state: "gone" },
    { name: "hello", installed: "2.0", available: "2.1", state: "upgrade" },
    { name: "webby", installed: "1.0", available: "1.0", state: "refresh" },
  ]);
  expect((await scene.pkgin(["hold", "hello"])).stdout).toBe("holding hello-2.0\n");
  expect(await states()).toEqual([
    ["gone", "gone"],
    ["hello", "held"],
    ["webby", "refresh"],
  ]);
  expect((await scene.pkgin(["hold"])).stdout).toBe("hello-2.0            hello-2.0\n");
  expect((await scene.pkgin(["-n", "upgrade"])).stdout).not.toContain("hello-2.1");
  expect((await scene.pkgin(["unhold", "hello"])).stdout).toBe("releasing hello-2.0\n");
  expect(readFileSync(join(scene.prefix, "etc/pkgin/preferred.conf"), "utf8")).toBe("");
  expect((await scene.pkgin(["-p", "outdated"])).stdout).toContain("hello-2.0;2.1;upgrade\n");
  expect((await scene.pkgin(["hold", "{hello,webby}"])).stdout).toBe(
    "holding hello-2.0\nholding webby-1.0\n",
  );
  await scene.pkgin(["unhold", "*"]);
  expect((await scene.pkgin(["hold"])).stdout).toBe("");
  expect(await scene.pkgin(["hold", "nosuch"])).toEqual({
    status: 1,
    stdout: "",
    stderr: "no such installed package nosuch\n",
  });
});

test("info shows a package, what is installed of it, and what it takes with all that it needs", async () => {
  const [found] = (await json("info", "webby")) as Record<string, unknown>[];
  expect(found).toMatchObject({
    fullName: "webby-1.0",
    comment: "A greeting page",
    depends: ["hello-[0-9]*"],
    installed: { fullName: "webby-1.0", keep: true, requiredBy: [] },
    withNeeds: { needs: ["hello-2.1", "libgreet-1.0"] },
  });
  const { stdout } = await scene.pkgin(["info", "hello"]);
  expect(stdout).toMatch(/^Package {9}hello-2\.1\nComment {9}Says hello\n/);
  expect(stdout).toMatch(
    /\nInstalled {7}hello-2\.0, automatic\nNeeded by {7}webby-1\.0\nAltogether {6}\d+\w with 1 /,
  );
  expect(stdout).toMatch(/\n\nPrints a greeting\nin many languages of the world\.\n\n?$/);
  expect(await scene.pkgin(["info", "nosuch"])).toEqual({
    status: 1,
    stdout: "",
    stderr: "nosuch is not available in the repository\n",
  });
  expect((await scene.pkgin(["info", "gone"])).stdout).toMatch(/^Package {9}gone-1\.0\n[^]*kept\n$/);
});

test("files lists what a package has, installed or not, and which tells who owns a file", async () => {
  const program = join(scene.prefix, "bin/hello");
  expect((await scene.pkgin(["files", "hello"])).stdout).toBe(`${program}\n`);
  expect((await scene.pkgin(["files", "hello-2.1"])).stdout).toBe(`${program}\n`);
  expect((await scene.pkgin(["which", program, "hello"])).stdout).toBe("hello-2.0\nhello-2.0\n");
  expect(await scene.pkgin(["which", "/nonexistent", program])).toEqual({
    status: 1,
    stdout: "hello-2.0\n",
    stderr: "no installed package owns /nonexistent\n",
  });
  const link = join(temporaryDirectory(), "link");
  symlinkSync(join(scene.prefix, "lib/greet"), link);
  expect(await json("which", link)).toEqual([
    { file: link, path: join(scene.prefix, "lib/greet"), fullName: "libgreet-1.0" },
  ]);
  // The list of owners can be made anew from the packing lists, so it may be missing.
  rmSync(join(scene.prefix, "pkgdb/pkgdb.byfile.db"));
  expect((await scene.pkgin(["which", program])).stdout).toBe("hello-2.0\n");
});

test("why shows the chain from a package that is kept", async () => {
  expect((await scene.pkgin(["why", "libgreet"])).stdout).toBe(
    "webby-1.0 needs hello-2.0 needs libgreet-1.0\n",
  );
  expect((await scene.pkgin(["why", "webby"])).stdout).toBe("webby-1.0 is kept: it was asked for\n");
  expect(await json("why", "hello")).toEqual({
    fullName: "hello-2.0",
    keep: false,
    chains: [["webby-1.0", "hello-2.0"]],
  });
  expect(await scene.pkgin(["why", "nosuch"])).toMatchObject({ status: 1 });
});

test("search --full-text finds words wherever they are, the best match first", async () => {
  const found = (await json("search", "--full-text", "greeting")) as { name: string; excerpt?: string }[];
  expect(found.map(({ name, excerpt }) => [name, excerpt])).toEqual([
    ["libgreet", undefined],
    ["webby", undefined],
    ["hello", "Prints a greeting"],
  ]);
  const { stdout } = await scene.pkgin(["search", "--full-text", "hello", "lang*"]);
  expect(stdout).toMatch(/^hello-2\.1 < +Says hello\n {4}in many languages of the world\.\n\n=:/);
  expect(await scene.pkgin(["search", "--full-text", "nosuchword"])).toEqual({
    status: 1,
    stdout: "No results found for nosuchword\n",
    stderr: "",
  });
});

test("lists are JSON on request, also empty ones, and other verbs say that they have none", async () => {
  expect(await json("list")).toMatchObject([
    { fullName: "gone-1.0", name: "gone", version: "1.0", categories: ["misc"], keep: true },
    { name: "hello", keep: false },
    { name: "libgreet" },
    { name: "webby" },
  ]);
  expect(await json("avail")).toMatchObject([
    { fullName: "hello-2.1", repository: scene.server.url, fileName: "hello-2.1.tgz" },
    { name: "libgreet" },
    { name: "webby" },
  ]);
  expect(await json("search", "^hello")).toMatchObject([{ fullName: "hello-2.1", sign: "<" }]);
  expect(await json("-l", "<", "list")).toMatchObject([{ fullName: "hello-2.1", sign: "<" }]);
  expect(await json("show-full-deps", "webby")).toEqual([
    { pattern: "libgreet>=1.0", fullName: "libgreet-1.0" },
    { pattern: "hello-[0-9]*", fullName: "hello-2.1" },
  ]);
  expect(await json("stats")).toMatchObject({ installed: 4, available: 3 });
  expect(await scene.pkgin(["search", "nosuch", "--json"])).toEqual({
    status: 1,
    stdout: "[]\n",
    stderr: "No results found for nosuch\n",
  });
  expect(await scene.pkgin(["tonic", "--json"])).toMatchObject({ status: 1, stdout: "" });
});

test("settings come from the file that --config names, and what the command line says goes before it", async () => {
  const file = join(temporaryDirectory(), "settings");
  writeFileSync(file, "offline=yes\n");
  const offline = await scene.pkgin(["--config", file, "-f", "update"]);
  expect(offline.stderr).toContain("is needed, but --offline keeps pkgin from asking for it\n");
  expect((await scene.pkgin(["--config", file, "--offline=no", "update"])).status).toBe(0);
  writeFileSync(file, "ofline=yes\n");
  expect(await scene.pkgin(["--config", file, "list"])).toEqual({
    status: 1,
    stdout: "",
    stderr: `pkgin: ${file}:1: there is no setting "ofline"; did you mean offline?\n`,
  });
});

test("a verb tells how it is used, with --help and by way of help", async () => {
  const { status, stdout } = await runPkgin(["search", "--help"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: pkgin \[OPTION\]\.\.\. search [^]+\n\nExit status:\n/);
  expect((await runPkgin(["help", "se"])).stdout).toBe(stdout);
  expect(await runPkgin(["help", "instal"])).toEqual({
    status: 1,
    stdout: "",
    stderr: "pkgin: there is no verb instal; did you mean install?\n",
  });
});

test.skipIf(noTerminal !== undefined)(
  "on a terminal the words that were searched for stand out",
  async () => {
    const shown = await scene.onTerminal(["search", "--full-text", "says"], {
      env: { NO_COLOR: "", TERM: "vt100" },
    });
    expect(shown.stdout).toContain("\u001b[1mSays\u001b[0m hello\n");
    for (const env of [{ NO_COLOR: "1" }, { NO_COLOR: "", TERM: "dumb" }]) {
      const plain = await scene.onTerminal(["search", "--full-text", "says"], { env });
      expect(plain.stdout).not.toContain("\u001b[");
    }
  },
);
