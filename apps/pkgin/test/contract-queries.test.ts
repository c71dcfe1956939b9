import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noTerminal } from "./run-on-terminal.ts";
import type { Run } from "./run-pkgin.ts";
import { openScene, type Scene, setScene } from "./scene.ts";

/*
 * What the verbs that only ask print, to the letter, from one system: hello-2.0, which needs libgreet-1.0, and older-2 are
 * installed; the repository has moved on since.
 */

let scene: Scene;
let updated: Run;

const LIBGREET = {
  pkgname: "libgreet-1.0",
  comment: "Greeting library",
  buildInfo: { PROVIDES: ["/usr/pkg/lib/libgreet.so.1", "/usr/pkg/lib/libgreet.so"], CATEGORIES: "devel" },
};
const HELLO = {
  pkgname: "hello-2.0",
  comment: "comment for hello",
  description: "Says hello.\n\nIn many languages.",
  depends: ["libgreet>=1.0"],
  files: { "share/hello/data": "x" },
  buildInfo: { REQUIRES: ["/bin/sh"], CATEGORIES: "misc devel", PKGPATH: "misc/hello" },
};

beforeAll(async () => {
  scene = await openScene([LIBGREET, HELLO, { pkgname: "older-2" }]);
  await scene.pkgin(["-y", "install", "hello", "older"]);
  await scene.publish([
    LIBGREET,
    { ...HELLO, pkgname: "hello-2.1" },
    { ...HELLO, pkgname: "hello-1.5" },
    { pkgname: "older-1" },
    { pkgname: "nodep-5", comment: "comment for nodep-5" },
    { pkgname: "webby-0.3nb2", comment: "A web thing", depends: ["hello-[0-9]*", "absent>=1"] },
  ]);
  updated = await scene.pkgin(["-f", "update"]);
});

afterAll(() => scene.close());

const LEGEND =
  "\n=: package is installed and up-to-date\n<: package is installed but newer version is available\n>: installed package has a greater version than available package\n";

const GOOD: readonly [command: string, stdout: string][] = [
  [
    "list",
    "hello-2.0            comment for hello\nlibgreet-1.0         Greeting library\nolder-2              Sample package older\n",
  ],
  ["-p ls", "hello-2.0;comment for hello\nlibgreet-1.0;Greeting library\nolder-2;Sample package older\n"],
  ["-l = list", "libgreet-1.0 =       Greeting library\n"],
  ["-l < list", "hello-2.1 <          comment for hello\n"],
  ["-l > list", "hello-1.5 >          comment for hello\nolder-1 >            Sample package older\n"],
  ["-pl > list", "hello-1.5;>;comment for hello\nolder-1;>;Sample package older\n"],
  ["-l ? list", ""],
  [
    "avail",
    "hello-1.5            comment for hello\nhello-2.1            comment for hello\nlibgreet-1.0         Greeting library\n" +
      "nodep-5              comment for nodep-5\nolder-1              Sample package older\nwebby-0.3nb2         A web thing\n",
  ],
  [
    "-p av",
    "hello-1.5;comment for hello\nhello-2.1;comment for hello\nlibgreet-1.0;Greeting library\n" +
      "nodep-5;comment for nodep-5\nolder-1;Sample package older\nwebby-0.3nb2;A web thing\n",
  ],
  [
    "search ^(HELLO|nodep)",
    `hello-2.1 <          comment for hello\nhello-1.5 >          comment for hello\nnodep-5              comment for nodep-5\n${LEGEND}`,
  ],
  ["-p se greet", `libgreet-1.0;=;Greeting library\n${LEGEND}`],
  ["show-deps webby", "direct dependencies for webby-0.3nb2\n\thello-[0-9]*\n"],
  ["-P sd webby-0.3nb2", "direct dependencies for webby-0.3nb2\n\thello-2.1\n"],
  ["show-deps nodep", ""],
  ["show-full-deps webby", "full dependency tree for webby-0.3nb2\n\tlibgreet>=1.0\n\thello-[0-9]*\n"],
  ["-P sfd webby", "full dependency tree for webby-0.3nb2\n\tlibgreet-1.0\n\thello-2.1\n"],
  ["sfd nodep", "full dependency tree for nodep-5\n"],
  ["show-rev-deps libgreet", "local reverse dependency tree for libgreet-1.0\n\thello-2.0\n"],
  ["srd older-2", "local reverse dependency tree for older-2\n"],
  [
    "provides libgreet",
    "Shared libraries provided by libgreet-1.0:\n\t/usr/pkg/lib/libgreet.so\n\t/usr/pkg/lib/libgreet.so.1\n",
  ],
  ["prov nodep", "No shared libraries provided by nodep-5.\n"],
  ["requires hello", "Shared libraries required by hello-2.1:\n\t/bin/sh\n"],
  ["req nodep-5", "No shared libraries required by nodep-5.\n"],
  [
    "show-category misc",
    "hello-2.1            comment for hello\nhello-1.5            comment for hello\nwebby-0.3nb2         A web thing\nnodep-5              comment for nodep-5\nolder-1              Sample package older\n",
  ],
  ["sc nosuch", ""],
  ["show-pkg-category hello", "misc devel   - hello-2.1\nmisc devel   - hello-1.5\n"],
  ["show-all-categories", "devel\nmisc\n"],
  ["show-keep", "hello-2.0            comment for hello\nolder-2              Sample package older\n"],
  ["-p snk", "libgreet-1.0         Greeting library\n"],
  ["export", "misc/hello\nmisc/older\n"],
  ["tonic", "* 2 oz gin\n* 5 oz tonic water\n* 1 lime wedge\n"],
  ["keep hello", ""],
  ["-n clean", ""],
];

const FAILING: readonly [command: string, stdout: string, stderr: string][] = [
  ["search nosuchthing", "No results found for nosuchthing\n", ""],
  ["search", "", "pkgin: missing search string\n"],
  ["search (", "", "pkgin: regcomp: (: parentheses not balanced\n"],
  ["install", "", "pkgin: specify at least one package to install\n"],
  ["remove", "", "pkgin: specify at least one package to remove\n"],
  ["keep", "", "pkgin: specify at least one package to keep\n"],
  ["unkeep", "", "pkgin: specify at least one package to unkeep\n"],
  ["import", "", "pkgin: missing file name\n"],
  ["show-category", "", "pkgin: missing category\n"],
  ...["sd", "sfd", "srd", "prov", "req", "pc", "pd", "pbd", "spc"].map((verb): [string, string, string] => [
    verb,
    "",
    "pkgin: missing package name\n",
  ]),
  ["sd nosuch", "", "nosuch is not available in the repository\n"],
  ["sfd nosuch", "", "nosuch is not available in the repository\n"],
  ["spc nosuch", "", "nosuch is not available in the repository\n"],
  ...["prov", "req", "pc", "pd", "pbd"].map((verb): [string, string, string] => [
    `${verb} nosuch`,
    "",
    "pkgin: nosuch is not available in the repository\n\n",
  ]),
  ["srd nosuch", "", "no such installed package nosuch\n"],
  ["keep nosuch", "no such installed package nosuch\n", ""],
  ["import /nonexistent", "", "pkgin: error opening /nonexistent: No such file or directory\n"],
  ["import /dev/null", "", "pkgin: Empty import list.\n"],
];

describe("off a terminal", () => {
  test("-f reads everything anew, and says so", () => {
    expect(updated).toEqual({
      status: 0,
      stderr: "",
      stdout:
        "reading local summary...\nprocessing local summary...\n" +
        `processing remote summary (${scene.server.url})...\ndownloading pkg_summary.gz done.\n`,
    });
  });

  test.each(GOOD)("pkgin %s", async (command, stdout) => {
    expect(await scene.pkgin(command.split(" "))).toEqual({ status: 0, stdout, stderr: "" });
  });

  test.each(FAILING)("pkgin %s", async (command, stdout, stderr) => {
    expect(await scene.pkgin(command.split(" "))).toEqual({ status: 1, stdout, stderr });
  });

  test("pkg-content, pkg-descr and pkg-build-defs copy what a package says, without empty lines", async () => {
    const heading = `Information for ${scene.server.url}/hello-2.1.tgz:\n`;
    expect(await scene.pkgin(["pkg-content", "hello"])).toEqual({
      status: 0,
      stderr: "",
      stdout: `${heading}Files:\n${scene.prefix}/share/hello/data\n`,
    });
    expect((await scene.pkgin(["pkg-descr", "hello"])).stdout).toBe(
      `${heading}Description:\nSays hello.\nIn many languages.\n`,
    );
    expect((await scene.pkgin(["pkg-build-defs", "hello"])).stdout).toMatch(
      /^Information for .*\nBuild information:\n(?:[A-Z_]+=.*\n)+$/,
    );
  });

  test.each(["pc", "pd", "pbd"])("%s fails where the package is not there", async (verb) => {
    const gone = await setScene([{ pkgname: "gone-1.0" }]);
    await gone.pkgin(["update"]);
    rmSync(join(gone.directory, "gone-1.0.tgz"));
    const { status, stdout, stderr } = await gone.pkgin([verb, "gone"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/gone-1\.0\.tgz.*Not Found|404/);
  });

  test("a plain word finds what the same word does as an expression", async () => {
    for (const [word, expression] of [
      ["GREET", "[g]reet"],
      ["2", "[2]"],
      ["o-2", "[o]-2"],
      ["5", "(5)"],
    ] as const) {
      expect(await scene.pkgin(["search", word])).toEqual(await scene.pkgin(["search", expression]));
    }
  });

  test("stats", async () => {
    const { stdout } = await scene.pkgin(["stats"]);
    expect(stdout.replaceAll(/\d+[BK]$/gm, "SIZE")).toBe(
      "Local package database:\n\tInstalled packages: 3\n\tDisk space occupied: SIZE\n\n" +
        "Remote package database(s):\n\tNumber of repositories: 1\n\tPackages available: 6\n\tTotal size of packages: SIZE\n",
    );
  });

  test("messages come before the list in a merged stream, and in their place when lines are not held", async () => {
    const args = ["keep", "hello", "nosuch", "older"];
    await scene.pkgin(["unkeep", "hello", "older"]);
    expect((await scene.pkgin(["-n", "-n", "install", "nosuch"], { merged: true })).stdout).toBe(
      "nosuch is not available in the repository\ncalculating dependencies...done.\nnothing to do.\n",
    );
    expect((await scene.pkgin(["--line-buffered", ...args], { merged: true })).stdout).toBe(
      "marking hello-2.0 as non auto-removable\nno such installed package nosuch\nmarking older-2 as non auto-removable\n",
    );
  });

  test("nothing is written to the log of database errors", () => {
    expect(existsSync(join(scene.prefix, "var/db/pkgin/sql.log"))).toBe(false);
    const marks = readFileSync(join(scene.prefix, "pkgdb/libgreet-1.0/+INSTALLED_INFO"), "utf8");
    expect(marks).toBe("automatic=yes\n");
  });
});

describe.skipIf(noTerminal !== undefined)(`on a terminal (${noTerminal ?? "python3"})`, () => {
  test.each(GOOD.filter((_, index) => [0, 9, 14, 18].includes(index)))(
    "pkgin %s",
    async (command, stdout) => {
      expect(await scene.onTerminal(command.split(" "))).toEqual({ status: 0, stderr: "", stdout });
    },
  );

  test("an unknown name is followed by the one that was perhaps meant", async () => {
    expect((await scene.onTerminal(["sd", "helo"])).stdout).toBe(
      "helo is not available in the repository\ndid you mean hello?\n",
    );
    expect((await scene.onTerminal(["srd", "libgret"])).stdout).toBe(
      "no such installed package libgret\ndid you mean libgreet?\n",
    );
    expect((await scene.onTerminal(["prov", "nodepp-5"])).stdout).toBe(
      "pkgin: nodepp-5 is not available in the repository\n\ndid you mean nodep?\n",
    );
    expect((await scene.onTerminal(["keep", "oldr"])).stdout).toBe(
      "no such installed package oldr\ndid you mean older?\n",
    );
    expect((await scene.onTerminal(["-n", "install", "helo"])).stdout).toBe(
      "\rcalculating dependencies...-\r\u001b[Khelo is not available in the repository\ndid you mean hello?\n" +
        "\rcalculating dependencies...done.\nnothing to do.\n",
    );
    expect((await scene.onTerminal(["instal"])).stdout).toMatch(/^Usage: [^]+\n\ndid you mean install\?\n$/);
  });
});

test("where nothing is installed and nothing available, every verb says so", async () => {
  const empty = await setScene();
  const expectRun = async (command: string, status: number, stdout: string, stderr: string) =>
    expect({ command, ...(await empty.pkgin(command.split(" "))) }).toEqual({
      command,
      status,
      stdout,
      stderr,
    });
  await empty.pkgin(["update"]);
  await expectRun("list", 0, "", "Requested list is empty.\n");
  await expectRun("avail", 0, "", "Requested list is empty.\n");
  await expectRun("-l = list", 0, "", "empty local package list.");
  await expectRun("show-all-categories", 0, "", "No categories found.\n");
  await expectRun("show-keep", 0, "empty non-autoremovable package list\n", "");
  await expectRun("show-no-keep", 0, "empty autoremovable package list\n", "");
  await expectRun("export", 1, "", "pkgin: empty local package list.\n");
  await expectRun("upgrade", 1, "", "pkgin: empty local package list.\n");
  await expectRun("full-upgrade", 1, "", "pkgin: empty local package list.\n");
  await expectRun("remove hello", 1, "", "pkgin: empty local package list.\n");
  await expectRun("autoremove", 1, "", "pkgin: no packages have been marked as keepable\n");
  await expectRun("keep hello", 1, "", "");
  await expectRun("sd hello", 1, "empty available packages list\n", "");
  await expectRun("sfd hello", 1, "", "pkgin: empty available packages list\n\n");
  await expectRun("install hello", 1, "empty available packages list\n", "");
});
