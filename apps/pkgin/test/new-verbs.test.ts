import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

describe("repositories", () => {
  const run = (prefix: string, ...args: string[]) => runPkgin(["--prefix", prefix, "repo", ...args]);

  test("one can be added where nothing is set up, and used at once", async () => {
    const prefix = join(temporaryDirectory(), "new");
    const told = await run(prefix, "list");
    expect({ status: told.status, stdout: told.stdout }).toEqual({ status: 0, stdout: "" });
    expect(told.stderr).toContain(`    pkgin --prefix ${prefix} repo add URL\n`);
    expect(existsSync(prefix)).toBe(false);
    expect(await run(prefix, "add", `${scene.server.url}/`)).toEqual({
      status: 0,
      stdout: `added ${scene.server.url}\n`,
      stderr: "",
    });
    expect((await runPkgin(["--prefix", prefix, "avail"])).stdout).toContain("hello-2.1 ");
  });

  test("they are added, put aside and taken away, and what else is in the file stays", async () => {
    const prefix = temporaryDirectory();
    const file = join(prefix, "etc/pkgin/repositories.conf");
    await run(prefix, "add", "http://a.example/All", "http://b.example/$arch/All");
    expect((await run(prefix, "add", "http://a.example/All/")).stdout).toBe(
      "http://a.example/All is there already\n",
    );
    const disabled = await run(prefix, "disable", "1", "--json");
    expect(disabled.stderr).toBe("disabled http://a.example/All\n");
    expect(JSON.parse(disabled.stdout)).toMatchObject([{ url: "http://a.example/All", enabled: false }, {}]);
    expect(readFileSync(file, "utf8")).toBe("#disabled http://a.example/All\nhttp://b.example/$arch/All\n");
    const listed = JSON.parse((await run(prefix, "list", "--json")).stdout) as {
      url: string;
      enabled: boolean;
    }[];
    expect(listed.map(({ enabled }) => enabled)).toEqual([false, true]);
    expect((await run(prefix, "enable", "http://a.example/All")).stdout).toBe(
      "enabled http://a.example/All\n",
    );
    expect((await run(prefix, "remove", listed[1]?.url ?? "")).stdout).toBe(`removed ${listed[1]?.url}\n`);
    expect(readFileSync(file, "utf8")).toBe("http://a.example/All\n");
    expect((await run(prefix, "add", "https://me:secret@c.example/All")).stdout).not.toContain("secret");
    expect((await run(prefix)).stdout).toMatch(/ enabled {2}https:.*c\.example\/All\n$/);
  });

  test("numbers are those of the list before anything was changed, and one that is wrong changes nothing", async () => {
    const prefix = temporaryDirectory();
    const urls = ["a", "b", "c"].map((name) => `http://${name}.example/All`);
    await run(prefix, "add", ...urls);
    expect(await run(prefix, "remove", "1", "4")).toMatchObject({ status: 1, stdout: "" });
    expect((await run(prefix, "remove", "1", "2")).stdout).toBe(`removed ${urls[0]}\nremoved ${urls[1]}\n`);
    expect((await run(prefix, "list")).stdout).toBe(` 1 enabled  ${urls[2]}\n`);
    expect(await run(prefix, "add", "http://d.example", "d.example")).toMatchObject({
      status: 1,
      stdout: "",
    });
  });

  test("a variable that goes before the file is told of", async () => {
    const prefix = temporaryDirectory();
    const env = { PKG_REPOS: "http://a.example/All" };
    const ask = (...args: string[]) => runPkgin(["--prefix", prefix, "repo", ...args], { env });
    expect(await ask("add", "http://b.example/All")).toEqual({
      status: 0,
      stdout: "added http://b.example/All\n",
      stderr: "PKG_REPOS is set and goes before what the file says\n",
    });
    expect((await ask()).stderr).toBe("PKG_REPOS goes before all of these: http://a.example/All\n");
  });

  test("a note behind a URL stays with it", async () => {
    const prefix = temporaryDirectory();
    await run(prefix, "add", "http://a.example/All");
    const file = join(prefix, "etc/pkgin/repositories.conf");
    writeFileSync(file, "http://a.example/All  # the near one\n");
    expect((await run(prefix, "disable", "http://a.example/All")).stdout).toBe(
      "disabled http://a.example/All\n",
    );
    expect(readFileSync(file, "utf8")).toBe("#disabled http://a.example/All  # the near one\n");
    await run(prefix, "enable", "1");
    expect(readFileSync(file, "utf8")).toBe("http://a.example/All  # the near one\n");
  });

  test("verbs about what is installed need none that answers", async () => {
    const env = { PKG_REPOS: "http://127.0.0.1:1/All" };
    const why = await runPkgin(["--prefix", scene.prefix, "why", "libgreet"], { env });
    expect(why).toMatchObject({ status: 0, stderr: "" });
    expect(why.stdout).toContain("webby-1.0 needs hello-2.0 needs libgreet-1.0\n");
    await scene.pkgin(["update"]);
  });

  test.each([
    [["add", "a.example"], /^pkgin: repo add: a URL that begins with https:\/\/, .* found "a\.example"\n$/],
    [["add"], /^pkgin: missing repository URL\n$/],
    [["remove", "7"], /^pkgin: 7 is no repository of .*repositories\.conf; pkgin repo list shows those/],
    [["frob"], /^pkgin: repo: list, add, remove, enable or disable was expected, found "frob"\n$/],
  ])("%j is refused", async (args, message) => {
    const { status, stderr } = await run(temporaryDirectory(), ...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  test("another one for a single run leaves the usual catalogue as it is", async () => {
    const other = await openScene([{ pkgname: "elsewhere-1.0" }]);
    try {
      const { stdout } = await scene.pkgin(["avail", "--repository", other.server.url]);
      expect(stdout).toContain("elsewhere-1.0 ");
      expect(stdout).not.toContain("cleaning database");
      expect((await scene.pkgin(["avail"])).stdout).toMatch(/^hello-2\.1 /);
      const cache = join(scene.prefix, "var/db/pkgin/cache");
      expect(readdirSync(cache).filter((name) => name.endsWith(".db"))).toHaveLength(1);
      await scene.pkgin(["clean"]);
      expect(readdirSync(cache)).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test("of the catalogues of other repositories only the last few are kept", async () => {
    const cache = join(scene.prefix, "var/db/pkgin/cache");
    const catalogues = () => readdirSync(cache).filter((name) => name.endsWith(".db"));
    const look = (name: string) =>
      scene.pkgin(["--repository", `file:///nonexistent/${name}`, "which", "/nonexistent"]);
    await look("first");
    const [first = ""] = catalogues();
    for (const name of ["a", "b", "first", "c", "d", "e"]) await look(name);
    expect(catalogues()).toHaveLength(5);
    expect(catalogues()).toContain(first);
    await look("f");
    await look("g");
    expect(catalogues()).toHaveLength(5);
    expect(catalogues()).not.toContain(first);
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
