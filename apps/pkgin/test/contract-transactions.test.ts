import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editSummary } from "./edit-summary.ts";
import { NOBODY, noNobody } from "./nobody.ts";
import { noTerminal } from "./run-on-terminal.ts";
import { setScene } from "./scene.ts";
import { withoutSizes } from "./without-sizes.ts";

const LIBGREET = { pkgname: "libgreet-1.0" };
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] };
const REBUILT = { BUILD_DATE: "2026-06-01 00:00:00 +0000" };

test("a package that lacks a library of the system is taken out, with the report as it stands", async () => {
  const scene = await setScene([
    { pkgname: "needlib-1.0", buildInfo: { REQUIRES: ["/nonexistent/libz.so.1"] } },
    LIBGREET,
  ]);
  await scene.pkgin(["update"]);
  expect(await scene.pkgin(["-y", "install", "needlib"])).toEqual({
    status: 0,
    stderr: "",
    stdout: `calculating dependencies...done.
/nonexistent/libz.so.1, needed by needlib-1.0 is not present in this system.

0 to remove, 0 to refresh, 0 to upgrade, 0 to install
0B to download, 0B of additional disk space will be used
the following packages have unmet requirements:   needlib-1.0


`,
  });
  expect((await scene.pkgin(["-n", "install", "needlib", "libgreet"])).stdout).toMatch(
    /\n\n1 package to install:\nlibgreet-1\.0\n\n0 to remove, .*\n.*\nthe following packages have unmet requirements: needlib-1\.0\n\n$/,
  );
});

test("what needs a package that was taken out is told why", async () => {
  const scene = await setScene([
    { pkgname: "needlib-1.0", buildInfo: { REQUIRES: ["/nonexistent/libz.so.1"] } },
    { pkgname: "app-1.0", depends: ["needlib-[0-9]*"] },
  ]);
  const { status, stderr } = await scene.pkgin(["-y", "install", "app"]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(
      /\npkgin: app-1\.0 needs needlib-\[0-9\]\*, which needs a library that is not present in this system\n$/,
    ) as unknown,
  });
  const cached = await scene.pkgin(["-d", "install", "needlib", "--dry-run", "--json"]);
  expect(JSON.parse(cached.stdout)).toMatchObject({ install: [] });
});

test("every block of the report has its title, its order and its number", async () => {
  const scene = await setScene([
    LIBGREET,
    HELLO,
    { pkgname: "one-1.0" },
    { pkgname: "two-1.0" },
    { pkgname: "oldtool-1.0" },
    { pkgname: "foe-1.0", conflicts: ["friend-[0-9]*"] },
  ]);
  await scene.pkgin(["-y", "install", "hello", "one", "two", "oldtool", "foe"]);
  await scene.publish([
    { ...LIBGREET, buildInfo: REBUILT },
    { ...HELLO, pkgname: "hello-1.1", depends: ["libgreet>=1.0", "friend-[0-9]*"] },
    { pkgname: "one-1.1" },
    { pkgname: "two-1.0", buildInfo: REBUILT },
    { pkgname: "oldtool-1.0nb1" },
    { pkgname: "newtool-2.0", buildInfo: { SUPERSEDES: ["oldtool-[0-9]*"] } },
    { pkgname: "friend-1.0" },
  ]);
  await scene.pkgin(["-f", "update"]);
  const shown = await scene.pkgin(["upgrade"], { input: "n\n" });
  expect({ ...shown, stdout: withoutSizes(shown.stdout) }).toEqual({
    status: 0,
    stderr: "",
    stdout: `calculating dependencies...done.

2 packages to refresh:
  libgreet-1.0 two-1.0

2 packages to upgrade:
  hello-1.1 one-1.1

2 packages to install:
  friend-1.0 newtool-2.0

1 package to remove:
  foe-1.0

1 package to remove (superseded):
  oldtool-1.0nb1

2 to remove, 2 to refresh, 2 to upgrade, 2 to install
SIZE to download, SIZE of additional disk space will be used

proceed ? [Y/n] `,
  });
  const dry = await scene.pkgin(["--dry-run", "upgrade"]);
  expect(dry).toEqual({ ...shown, stdout: shown.stdout.replace(/proceed.*$/, "") });
  const plan = JSON.parse((await scene.pkgin(["upgrade", "--dry-run", "--json"])).stdout) as Plan;
  expect(plan.remove.map(({ fullName, reason }) => [fullName, reason])).toEqual([
    ["oldtool-1.0", "superseded"],
    ["foe-1.0", "conflict"],
  ]);
  expect(plan.install).toContainEqual(
    expect.objectContaining({ action: "upgrade", fullName: "one-1.1", replaces: "one-1.0", keep: true }),
  );
  expect((await scene.pkgin(["-n", "remove", "libgreet"])).stdout).toBe(
    "2 packages to delete: \nhello-1.0\nlibgreet-1.0\n",
  );
  const removal = JSON.parse((await scene.pkgin(["remove", "one", "--dry-run", "--json"])).stdout) as Plan;
  expect(removal.remove).toMatchObject([{ fullName: "one-1.0", keep: true, reason: "asked" }]);
  expect((await scene.pkgin(["show-keep"])).stdout).toContain("one-1.0 ");
});

interface Plan {
  readonly remove: readonly { readonly fullName: string; readonly reason: string }[];
  readonly install: readonly unknown[];
}

test("preferred.conf is named where it excludes what was asked for", async () => {
  const scene = await setScene([LIBGREET]);
  mkdirSync(join(scene.prefix, "etc/pkgin"), { recursive: true });
  writeFileSync(join(scene.prefix, "etc/pkgin/preferred.conf"), "# ours\nlibgreet=2.*\n");
  await scene.pkgin(["update"]);
  expect(await scene.pkgin(["-y", "install", "libgreet"])).toEqual({
    status: 1,
    stdout: "calculating dependencies...done.\nnothing to do.\n",
    stderr: "No libgreet package available that satisfies preferred match libgreet-2.*\n",
  });
});

test("a package of unknown size is warned of at every run but update, listed, and not installed", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "sizeless-1.0" }]);
  editSummary(scene.directory, (text) => text.replace(/(?<=FILE_NAME=sizeless.*\n)FILE_SIZE=.*\n/, ""));
  const warning = "warning: remote package sizeless-1.0 has an invalid or missing FILE_SIZE\n";
  expect((await scene.pkgin(["update"])).stderr).toBe("");
  const avail = await scene.pkgin(["-p", "avail"]);
  expect(avail).toEqual({
    status: 0,
    stdout: "libgreet-1.0;Sample package libgreet\nsizeless-1.0;Sample package sizeless\n",
    stderr: warning,
  });
  expect(await scene.pkgin(["-y", "install", "sizeless"])).toEqual({
    status: 1,
    stdout: "calculating dependencies...done.\nnothing to do.\n",
    stderr: `${warning}sizeless-1.0 is not available in the repository\n`.replace(
      "sizeless-1.0 is",
      "sizeless is",
    ),
  });
});

test("pkg_install is never removed", async () => {
  const scene = await setScene([{ pkgname: "pkg_install-20260101" }, LIBGREET]);
  await scene.pkgin(["-y", "install", "pkg_install", "libgreet"]);
  expect(await scene.pkgin(["-y", "remove", "pkg_install"])).toEqual({
    status: 0,
    stdout: "no packages to delete\n",
    stderr: "pkg_install is a critical package and cannot be deleted\n",
  });
  await scene.pkgin(["unkeep", "pkg_install"]);
  expect(await scene.pkgin(["-y", "autoremove"])).toEqual({
    status: 0,
    stdout: "no orphan dependencies found.\n",
    stderr: "pkg_install is a critical package and cannot be deleted\n",
  });
});

test("import installs what export has printed, and tells what is not there", async () => {
  const scene = await setScene([LIBGREET, HELLO]);
  const list = join(scene.prefix, "list");
  writeFileSync(list, "# ours\nmisc/hello\nmisc/nosuch\n  \n-x\n");
  await scene.pkgin(["update"]);
  const { status, stdout, stderr } = await scene.pkgin(["-y", "import", list]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "misc/nosuch is not available in the repository\n",
  });
  expect(stdout).toContain("2 packages to install:\n  hello-1.0 libgreet-1.0\n");
  expect((await scene.pkgin(["export"])).stdout).toBe("misc/hello\n");
});

test.skipIf(noNobody !== undefined)(
  `without rights one may look, and nothing else (${noNobody ?? "without them"})`,
  async () => {
    const scene = await setScene([LIBGREET]);
    await scene.pkgin(["-y", "install", "libgreet"]);
    for (const directory of [scene.prefix, scene.directory]) chmodSync(directory, 0o755);
    const unprivileged = { uid: NOBODY };
    expect(await scene.pkgin(["-p", "list"], unprivileged)).toEqual({
      status: 0,
      stdout: "libgreet-1.0;Sample package libgreet\n",
      stderr: "",
    });
    for (const command of ["update", "install libgreet", "upgrade", "keep libgreet", "unkeep libgreet"]) {
      expect(await scene.pkgin(command.split(" "), unprivileged)).toEqual({
        status: 1,
        stdout: "",
        stderr: "pkgin: You don't have enough rights for this operation.\n",
      });
    }
    const plan = await scene.pkgin(["upgrade", "--dry-run", "--json"], unprivileged);
    expect(JSON.parse(plan.stdout)).toMatchObject({ install: [], remove: [] });
    const home = join(scene.prefix, "var/db/pkgin");
    const other = ["--repository", scene.server.url, "avail"];
    expect(await scene.pkgin(other, unprivileged)).toEqual({
      status: 1,
      stdout: "",
      stderr: `pkgin: --repository needs a catalogue of its own, and you may not write to ${home} to make one; pkgin --prefix DIR keeps everything below a directory of your own\n`,
    });
    await scene.pkgin(other);
    expect(await scene.pkgin(other, unprivileged)).toMatchObject({ status: 0, stderr: "" });
    const log = join(home, "pkg_install-err.log");
    expect(await scene.pkgin(["-y", "remove", "libgreet"], unprivileged)).toEqual({
      status: 1,
      stdout: "1 packages to delete: \n  libgreet-1.0\n\n",
      stderr: `Couldn't open ${log} for writing.\n`,
    });
  },
);

test.skipIf(noTerminal !== undefined)(
  "on a terminal there are bars, and lists are as wide as it is",
  async () => {
    const scene = await setScene([LIBGREET, HELLO, { pkgname: "webby-1.0" }]);
    const update = await scene.onTerminal(["update"]);
    expect(update.stdout).toMatch(/^processing remote summary .*\ndownloading pkg_summary\.gz: {3}0%\r/);
    expect(update.stdout).toMatch(/\rpkg_summary\.gz {3}100% +\d+B [\d.]+[BKM]\/s (?:\d\d:\d\d|--:--)\S*\n$/);
    const run = await scene.onTerminal(["install", "hello", "webby"], { columns: 25, input: "y\n" });
    expect(run.status).toBe(0);
    expect(withoutSizes(run.stdout)).toContain(
      "\rcalculating dependencies...-\rcalculating dependencies...done.\n\n3 packages to install:\n  hello-1.0 libgreet-1.0\n  webby-1.0\n\n",
    );
    expect(run.stdout).toContain("\nproceed ? [Y/n] ");
    expect(run.stdout).toMatch(/\r\[3\/3\] webby-1\.0\.tgz {3}100% +\d+B [\d.]+[BKM]\/s /);
    expect(run.stdout).toMatch(/\[3\/3\] installing \S+\.\.\.\npkg_install warnings: 0, errors: 0\n/);
    const narrow = await scene.onTerminal(["-f", "update"], { columns: 14 });
    const bar = narrow.stdout.split("\n").find((line) => line.includes("downloading")) ?? "";
    const redrawn = bar.split("\r").slice(0, -1);
    expect(redrawn.map((each) => each.replace("\u001B[K", "").length)).toEqual(redrawn.map(() => 11));
    expect(redrawn.length).toBeGreaterThan(1);
    const plain = await scene.onTerminal(["-p", "-f", "update"]);
    expect(plain.stdout).toContain("\ndownloading pkg_summary.gz done.\n");
    const dumb = await scene.onTerminal(["-f", "-n", "install", "nosuch"], { env: { TERM: "dumb" } });
    expect(dumb.stdout).toMatch(
      /\ndownloading pkg_summary\.gz done\.\ncalculating dependencies\.\.\.nosuch is not available in the repository\ndone\.\nnothing to do\.\n$/,
    );
  },
);
