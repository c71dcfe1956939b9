import { rmSync } from "node:fs";
import { join } from "node:path";
import type { SamplePackage } from "sample-repository";
import { expect, test } from "vitest";
import { type Scene, setScene } from "./scene.ts";

/** A package that brings libraries below the prefix, and needs some. */
type Linked = Omit<SamplePackage, "files" | "buildInfo"> & {
  readonly brings?: readonly string[];
  readonly needs?: readonly string[];
};

/** Publishes packages whose libraries are given by their names below `lib`. */
async function publish(scene: Scene, packages: readonly Linked[]): Promise<void> {
  const paths = (names: readonly string[]) => names.map((name) => `${scene.prefix}/lib/${name}`);
  await scene.publish(
    packages.map(({ brings = [], needs = [], ...rest }) => ({
      ...rest,
      files: Object.fromEntries(brings.map((name) => [`lib/${name}`, "library\n"])),
      buildInfo: { PROVIDES: paths(brings), REQUIRES: paths(needs) },
    })),
  );
}

const LIBGREET: Linked = { pkgname: "libgreet-1.0", brings: ["libgreet.so.1"] };

async function sceneOf(packages: readonly Linked[]): Promise<Scene> {
  const scene = await setScene();
  await publish(scene, packages);
  return scene;
}

test("a package is warned of once whose libraries are in no package that comes, and it is installed all the same", async () => {
  const scene = await sceneOf([
    LIBGREET,
    { pkgname: "webby-0.3", depends: ["libgreet-[0-9]*"], needs: ["libgreet.so.1", "libx.so.1"] },
    { pkgname: "wobbly-1.0", depends: ["libgreet-[0-9]*"], needs: ["liby.so.1", "libz.so.2"] },
  ]);
  const lib = `${scene.prefix}/lib`;
  const webby = `pkgin: warning: webby-0.3 requires ${lib}/libx.so.1, which is neither there nor in any package that comes\n`;
  const wobbly = `pkgin: warning: wobbly-1.0 requires ${lib}/liby.so.1 and ${lib}/libz.so.2, which are neither there nor in any package that comes\n`;
  const planned = await scene.pkgin(["-n", "install", "wobbly", "webby"]);
  expect(planned.status).toBe(0);
  expect(planned.stdout).toContain("3 packages to install:\n");
  expect(planned.stderr.split("\n").toSorted()).toEqual(`${webby}${wobbly}`.split("\n").toSorted());
  const { warnings } = JSON.parse(
    (await scene.pkgin(["install", "webby", "--dry-run", "--json"])).stdout,
  ) as { warnings: unknown };
  expect(warnings).toEqual([{ fullName: "webby-0.3", requires: [`${lib}/libx.so.1`] }]);
  expect(await scene.pkgin(["-y", "install", "webby"])).toMatchObject({ status: 0, stderr: webby });
  expect((await scene.pkgin(["-p", "list"])).stdout).toContain("webby-0.3;");
});

test("nothing is warned of that comes along, is there, or is in an installed package that stays", async () => {
  const scene = await sceneOf([LIBGREET, { pkgname: "hello-1.0", needs: ["libgreet.so.1"] }]);
  const both = await scene.pkgin(["-y", "install", "hello", "libgreet"]);
  expect(both).toMatchObject({ status: 0, stderr: "" });
  await publish(scene, [
    LIBGREET,
    { pkgname: "hello-1.1", brings: ["libhello.so.1"], needs: ["libgreet.so.1"] },
  ]);
  expect(await scene.pkgin(["-fn", "install", "hello"])).toMatchObject({ status: 0, stderr: "" });
  // That a file of it is gone, verify tells.
  rmSync(join(scene.prefix, "lib/libgreet.so.1"));
  expect(await scene.pkgin(["-n", "install", "hello"])).toMatchObject({ status: 0, stderr: "" });
});

test("a library of a version that leaves does not count where its file is gone", async () => {
  const scene = await sceneOf([LIBGREET]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  await publish(scene, [
    { pkgname: "libgreet-2.0", brings: ["libgreet.so.2"] },
    { pkgname: "hello-1.0", depends: ["libgreet>=2"], needs: ["libgreet.so.1"] },
  ]);
  rmSync(join(scene.prefix, "lib/libgreet.so.1"));
  expect((await scene.pkgin(["-fn", "install", "hello"])).stderr).toMatch(
    /^pkgin: warning: hello-1\.0 requires /,
  );
});

test("where no package that comes tells what it brings, nothing is known and nothing is said", async () => {
  const scene = await sceneOf([LIBGREET, { pkgname: "webby-0.3", needs: ["libx.so.1"] }]);
  expect(await scene.pkgin(["-n", "install", "webby"])).toMatchObject({ status: 0, stderr: "" });
});
