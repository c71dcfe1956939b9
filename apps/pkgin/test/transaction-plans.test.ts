import { expect, test } from "vitest";
import { installedNames } from "./installed-names.ts";
import { noTerminal } from "./run-on-terminal.ts";
import { setScene } from "./scene.ts";

test("the package tools are upgraded first, by themselves", async () => {
  const scene = await setScene([{ pkgname: "pkgin-1.0" }, { pkgname: "hello-1.0" }]);
  await scene.pkgin(["-y", "install", "pkgin", "hello"]);
  await scene.publish([{ pkgname: "pkgin-1.1" }, { pkgname: "hello-1.1" }]);
  await scene.pkgin(["-f", "update"]);
  expect((await scene.pkgin(["-n", "upgrade"])).stdout).toMatch(
    /^\n1 package to upgrade:\npkgin-1\.1\n[^]*used\n$/,
  );
  expect((await scene.pkgin(["upgrade"], { input: "n\n" })).stdout).toMatch(/proceed \? \[Y\/n\] $/);
  const { status, stdout, stderr } = await scene.pkgin(["-y", "upgrade"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^\n1 package to upgrade:\n {2}pkgin-1\.1\n/);
  expect(stdout).toMatch(
    /\nPackage tools were upgraded\. {2}Re-run "pkgin upgrade" to complete the upgrade\.\n$/,
  );
  expect(installedNames(scene)).toEqual(["hello-1.0", "pkgin-1.1"]);
  await scene.pkgin(["-y", "upgrade"]);
  expect(installedNames(scene)).toEqual(["hello-1.1", "pkgin-1.1"]);
});

test("some packages can be upgraded, and the others stay", async () => {
  const scene = await setScene([{ pkgname: "a-1.0" }, { pkgname: "b-1.0" }]);
  await scene.pkgin(["-y", "install", "a", "b"]);
  await scene.publish([{ pkgname: "a-2.0" }, { pkgname: "b-2.0" }]);
  const { status, stderr } = await scene.pkgin(["-fy", "upgrade", "a", "nosuch"]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: "no such installed package nosuch\n" });
  expect(installedNames(scene)).toEqual(["a-2.0", "b-1.0"]);
});

test("with protect-kept nothing that is kept goes for the sake of others", async () => {
  const scene = await setScene([
    { pkgname: "lib-1.0" },
    { pkgname: "hello-1.0", depends: ["lib-[0-9]*"], conflicts: ["gnuhello-[0-9]*"] },
    { pkgname: "gnuhello-1.0" },
  ]);
  await scene.pkgin(["-y", "install", "hello"]);
  expect((await scene.pkgin(["-y", "--protect-kept", "install", "gnuhello"])).stderr).toBe(
    "pkgin: hello-1.0 is kept by you, and would have to make way for gnuhello-1.0, with which it conflicts: unkeep or remove it, or leave out protect-kept\n",
  );
  expect(await scene.pkgin(["-y", "--protect-kept", "remove", "lib"])).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "pkgin: hello-1.0 would have to go as well, and is kept by you: name what is to go, unkeep it, or leave out protect-kept\n",
  });
  expect(installedNames(scene)).toEqual(["hello-1.0", "lib-1.0"]);
  expect((await scene.pkgin(["-y", "--protect-kept", "remove", "lib", "hello"])).status).toBe(0);
});

test("what cannot be installed is explained, with what would do instead", async () => {
  const scene = await setScene([
    { pkgname: "c-1.0" },
    { pkgname: "a-1.0", depends: ["b>=2"] },
    { pkgname: "a-0.9" },
    { pkgname: "b-2.1", conflicts: ["c-[0-9]*"] },
  ]);
  await scene.pkgin(["-y", "install", "c"]);
  const explained =
    "pkgin: a-1.0 needs b>=2, which conflicts with c-1.0, kept by you\n  instead: install a-0.9\n  instead: remove c-1.0 first\n";
  const { status, stderr } = await scene.pkgin(["-y", "install", "a"]);
  expect(status).toBe(1);
  expect(stderr.endsWith(explained)).toBe(true);
  const plan = JSON.parse((await scene.pkgin(["--dry-run", "--json", "install", "a"])).stdout) as {
    problems: { fullName: string }[];
  };
  expect(plan.problems.map(({ fullName }) => fullName)).toEqual(["b-2.1"]);
  expect(installedNames(scene)).toEqual(["c-1.0"]);
});

test.skipIf(noTerminal !== undefined)(
  `a person at a terminal sees problems and what is kept before being asked, and a bar for each download (${noTerminal ?? "on a pty"})`,
  async () => {
    const scene = await setScene([
      { pkgname: "hello-1.0", conflicts: ["gnuhello-[0-9]*"] },
      { pkgname: "gnuhello-1.0", depends: ["gone-[0-9]*"] },
      { pkgname: "lib-1.0" },
    ]);
    await scene.pkgin(["-y", "install", "hello"]);
    const { stdout } = await scene.onTerminal(["install", "gnuhello", "lib"], { input: "n\n" });
    expect(stdout).toContain(
      "of these you keep: hello-1.0\n\npkgin: gnuhello-1.0 needs gone-[0-9]*, which no repository has\nproceed ? [Y/n] ",
    );
    const { stdout: drawn } = await scene.onTerminal(["-dy", "install", "gnuhello", "lib"]);
    const visible = drawn.replaceAll("\u001B[K", "");
    expect(visible).toMatch(/\r\[1\/2\] gnuhello-1\.0\.tgz {3}100% +\d+B \S+\/s \S+\n/);
    expect(visible).toMatch(/\r\[2\/2\] lib-1\.0\.tgz {3}100% +\d+B \S+\/s \S+\n/);
    await scene.publish([{ pkgname: "lib-1.0" }]);
    const { stdout: gone } = await scene.onTerminal(["-f", "install", "hello"]);
    expect(gone).toContain(
      "hello is not available in the repository\nhello-1.0 is installed and stays, but no repository has it any more\n",
    );
    const removal = await scene.onTerminal(["remove", "hello"], { input: "n\n" });
    expect(removal.stdout).not.toContain("of these you keep");
  },
);
