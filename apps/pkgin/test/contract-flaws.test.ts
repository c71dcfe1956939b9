import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editSummary } from "./edit-summary.ts";
import { setScene } from "./scene.ts";
import { standInTools } from "./stand-in-tools.ts";

/*
 * What the original pkgin was known to do wrong, and this one does right. What belongs to single parts is tested there: several
 * repositories and servers without dates with the refreshes; successors, conflicts, cycles and orders with the plans.
 */

const LIBGREET = { pkgname: "libgreet-1.0" };
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] };

test("a package of unknown size hides none of the others", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "sizeless-1.0" }, { pkgname: "zlib-1.0" }]);
  editSummary(scene.directory, (text) =>
    text.replace(/(?<=FILE_NAME=sizeless.*\n)FILE_SIZE=.*\n/, "FILE_SIZE=0\n"),
  );
  await scene.pkgin(["update"]);
  expect((await scene.pkgin(["-p", "avail"])).stdout.replaceAll(/;.*/g, "")).toBe(
    "libgreet-1.0\nsizeless-1.0\nzlib-1.0\n",
  );
  expect((await scene.pkgin(["stats"])).stdout).toContain("Packages available: 3\n");
  expect((await scene.pkgin(["-n", "install", "zlib"])).stdout).toContain("\nzlib-1.0\n");
});

test("a version given in full is that version, and not a revision of it", async () => {
  const scene = await setScene([LIBGREET, HELLO, { ...HELLO, pkgname: "hello-1.0nb1", depends: [] }]);
  expect((await scene.pkgin(["show-full-deps", "hello-1.0"])).stdout).toContain(
    "full dependency tree for hello-1.0\n\tlibgreet>=1.0\n",
  );
  expect((await scene.pkgin(["show-full-deps", "hello"])).stdout).toBe(
    "full dependency tree for hello-1.0nb1\n",
  );
});

test("two patterns that mean one package are shown once, with the last of them", async () => {
  const scene = await setScene([LIBGREET, { ...HELLO, depends: ["libgreet>=1.0", "libgreet-[0-9]*"] }]);
  await scene.pkgin(["update"]);
  expect((await scene.pkgin(["show-deps", "hello"])).stdout).toBe(
    "direct dependencies for hello-1.0\n\tlibgreet-[0-9]*\n",
  );
});

test("import tells by its status that a package could not be installed", async () => {
  const scene = await setScene([
    { ...LIBGREET, files: { "lib/greet": "" } },
    { pkgname: "thief-1.0", files: { "lib/greet": "" } },
  ]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  writeFileSync(join(scene.prefix, "list"), "thief\n");
  const { status, stdout } = await scene.pkgin(["-y", "import", join(scene.prefix, "list")]);
  expect(status).toBe(1);
  expect(stdout).toContain("pkg_install warnings: 0, errors: 1\n");
});

test.each(["pkg_delete -f", "pkg_admin rebuild-tree"])("the status tells that %s failed", async (tool) => {
  const scene = await setScene([LIBGREET]);
  const { environment } = standInTools();
  const pkgin = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    scene.pkgin(["--backend", "tools", ...args], { env: { ...environment, ...env } });
  await pkgin(["-y", "install", "libgreet"]);
  const { status, stderr } = await pkgin(["-y", "remove", "libgreet"], { TOOL_FAILS: tool });
  expect(status).toBe(1);
  // It is told on standard error, also after the first package.
  expect(stderr).toMatch(/^pkgin: .+\n$/);
});

test("package tools that no repository has do not keep the rest from being upgraded", async () => {
  const scene = await setScene([{ pkgname: "pkgin-1.0" }, { pkgname: "pkg_install-20260101" }, LIBGREET]);
  await scene.pkgin(["-y", "install", "pkgin", "pkg_install", "libgreet"]);
  await scene.publish([{ pkgname: "libgreet-1.1" }]);
  const { status, stdout, stderr } = await scene.pkgin(["-fy", "upgrade"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("[1/1] upgrading libgreet-1.1...\n");
});

test("a successor that no repository has any more is not missed", async () => {
  const scene = await setScene([{ pkgname: "oldtool-1.0" }, { pkgname: "oldertool-1.0" }]);
  await scene.pkgin(["-y", "install", "oldtool", "oldertool"]);
  await scene.publish([
    { pkgname: "newtool-1.0", buildInfo: { SUPERSEDES: ["oldtool-[0-9]*", "oldertool-[0-9]*"] } },
  ]);
  const { status, stdout } = await scene.pkgin(["-fy", "upgrade"]);
  expect(status).toBe(0);
  expect(stdout).toContain("1 package to install:\n  newtool-1.0\n\n2 packages to remove (superseded):\n");
  expect(stdout).toContain("\n[1/1] installing newtool-1.0...\n");
});
