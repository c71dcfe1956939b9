import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { noTerminal, runOnTerminal } from "./run-on-terminal.ts";
import { runPkgin, temporaryDirectory } from "./run-pkgin.ts";

const USAGE = `Usage: pkgin [-46cdfhlnPtvVy] command [package ...]

Commands and shortcuts:
list                (ls  ) - List installed local packages
avail               (av  ) - List all available remote packages
search              (se  ) - Search for a remote package
install             (in  ) - Install or upgrade packages
update              (up  ) - Refresh local and remote package lists
upgrade             (ug  ) - Upgrade all packages
full-upgrade        (fug ) - Upgrade all packages (deprecated)
remove              (rm  ) - Remove packages and any dependent packages
keep                (ke  ) - Mark packages that should be kept
unkeep              (uk  ) - Mark packages that can be autoremoved
export              (ex  ) - Display PKGPATH for all keep packages
import              (im  ) - Import keep package list from file
show-keep           (sk  ) - Display keep packages
show-no-keep        (snk ) - Display autoremovable packages
autoremove          (ar  ) - Remove orphaned dependencies
clean               (cl  ) - Remove downloaded package files
show-deps           (sd  ) - List remote package direct dependencies
show-full-deps      (sfd ) - List remote package full dependencies
show-rev-deps       (srd ) - List local package reverse dependencies
provides            (prov) - Show which shared libraries a package provides
requires            (req ) - Show which shared libraries a package requires
show-category       (sc  ) - List all packages belonging to a category
show-pkg-category   (spc ) - Show categories a package belongs to
show-all-categories (sac ) - List all known categories
pkg-content         (pc  ) - Show remote package content
pkg-descr           (pd  ) - Show remote package long-description
pkg-build-defs      (pbd ) - Show remote package build definitions
stats               (st  ) - Show local and remote package statistics
`;

test("-h prints the usage, before anything is looked at", async () => {
  expect(await runPkgin(["-h", "-Z"])).toEqual({ status: 0, stdout: USAGE, stderr: "" });
});

test("every verb has the short name that the usage shows", async () => {
  const names = [...USAGE.matchAll(/^(\S+) +\((\S+) *\)/gm)].map(([, name, alias]) => [name, alias]);
  const helps = names.map(
    async ([, alias = ""]) => (await runPkgin([alias, "--help"])).stdout.split("\n")[0],
  );
  const shown = (await Promise.all(helps)).map((line) => line?.split(" ")[3]);
  expect(shown).toEqual(names.map(([name]) => name));
  expect(shown).toHaveLength(28);
});

test("-v prints the versions of pkgin and SQLite", async () => {
  const { status, stdout, stderr } = await runPkgin(["-v"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const [, version, sqlite] = /^pkgin (\S+) \(using SQLite (\S+)\)\n$/.exec(stdout) ?? [];
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(version).toBe((JSON.parse(manifest) as { version: string }).version);
  expect(sqlite).toMatch(/^3\.\d+\.\d+$/);
});

test.each([
  [[], ""],
  [["frobnicate"], ""],
  [["-Z", "list"], "pkgin: unknown option -- Z\n"],
  [["-l"], "pkgin: option requires an argument -- l\n"],
])("%j prints the usage on standard error", async (argv, message) => {
  expect(await runPkgin(argv)).toEqual({ status: 1, stdout: "", stderr: message + USAGE });
});

test("a verb that changes something is not taken for another by a slip", async () => {
  const prefix = temporaryDirectory();
  expect(await runPkgin(["--prefix", prefix, "-y", "remove", "hello", "--dry-rnu"])).toEqual({
    status: 1,
    stdout: "",
    stderr: `pkgin: unknown option -- dry-rnu\n${USAGE}`,
  });
});

test.skipIf(noTerminal !== undefined)("on a terminal the option that was perhaps meant is told", async () => {
  const { stdout } = await runOnTerminal(["--josn", "list"]);
  expect(stdout).toBe(`pkgin: unknown option -- josn\n${USAGE}\ndid you mean json?\n`);
});

test("a root that is not there ends with status 255", async () => {
  expect(await runPkgin(["-c", "/nonexistent", "list"])).toEqual({
    status: 255,
    stdout: "",
    stderr: "pkgin: Unable to chroot\n",
  });
});

test("pkgin's own directory is made one level deep, and what hinders that is told", async () => {
  const directory = temporaryDirectory();
  const env = { PKGIN_DBDIR: join(directory, "a/b"), PKG_REPOS: "file:///nonexistent", PKG_DBDIR: directory };
  expect(await runPkgin(["list"], { env })).toEqual({
    status: 1,
    stdout: "",
    stderr: `pkgin: Failed to create ${directory}/a/b: No such file or directory\n`,
  });
});

test("without a repository the message names the file and the variable, then how to add one", async () => {
  const prefix = temporaryDirectory();
  const told = await runPkgin(["--prefix", prefix, "list"]);
  expect({ status: told.status, stdout: told.stdout }).toEqual({ status: 1, stdout: "" });
  expect(told.stderr.split("\n").slice(0, 2)).toEqual([
    `pkgin: ${prefix}/etc/pkgin/repositories.conf has no repositories or does not exist.`,
    "No PKG_REPOS variable to fallback to.",
  ]);
  expect((await runPkgin(["--prefix", prefix, "list"], { env: { PKG_REPOS: "" } })).stderr).toBe(told.stderr);
});

test("-t makes or empties its file, also where there is nothing to trace", async () => {
  const prefix = temporaryDirectory();
  const trace = join(prefix, "trace");
  writeFileSync(trace, "old");
  const env = { PKG_REPOS: `file://${prefix}` };
  await runPkgin(["--prefix", prefix, "-t", trace, "show-keep"], { env });
  expect(readFileSync(trace, "utf8")).toBe("");
  const refused = await runPkgin(["--prefix", prefix, "-t", "/nonexistent/trace", "show-keep"], { env });
  expect(refused).toEqual({
    status: 1,
    stdout: "",
    stderr: "pkgin: cannot write /nonexistent/trace: No such file or directory\n",
  });
  expect(existsSync("/nonexistent")).toBe(false);
});
