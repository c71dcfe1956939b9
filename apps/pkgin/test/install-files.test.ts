import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPackage } from "sample-repository";
import { expect, test } from "vitest";
import { temporaryDirectory } from "./run-pkgin.ts";
import { setScene } from "./scene.ts";

const LIBGREET = { pkgname: "libgreet-1.0" };

test("a package file is installed, with what it needs from the repository and from other files", async () => {
  const scene = await setScene([LIBGREET]);
  const directory = temporaryDirectory();
  const { prefix } = scene;
  const app = await createPackage(directory, {
    prefix,
    pkgname: "app-1.0",
    depends: ["own>=1", "libgreet>=1"],
  });
  const own = await createPackage(directory, { prefix, pkgname: "own-1.5" });
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", app.path, own.path]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("3 packages to install:\n  app-1.0 libgreet-1.0 own-1.5\n");
  expect(stdout).toContain("installing app-1.0...\npkg_install warnings: 0, errors: 0\n");
  expect((await scene.pkgin(["show-keep"])).stdout).toMatch(/^app-1\.0 .*\nown-1\.5 .*\n$/);
  expect((await scene.pkgin(["why", "libgreet"])).stdout).toBe("app-1.0 needs libgreet-1.0\n");
  expect(readdirSync(join(prefix, "var/db/pkgin/cache"))).toEqual(["libgreet-1.0.tgz"]);
  expect((await scene.pkgin(["-y", "install", own.path])).stdout).toContain("nothing to do.\n");
});

test("a URL is fetched and installed, and a name stays a name whatever is in the directory", async () => {
  const scene = await setScene([LIBGREET]);
  const elsewhere = await setScene();
  await elsewhere.publish([{ pkgname: "far-2.0", prefix: scene.prefix, depends: ["libgreet-[0-9]*"] }]);
  writeFileSync(join(scene.prefix, "libgreet"), "no package");
  const url = `${elsewhere.server.url}/far-2.0.tgz`;
  const plan = await scene.pkgin(["install", url, "--dry-run", "--json"]);
  expect(JSON.parse(plan.stdout)).toMatchObject({
    install: [{ fullName: "libgreet-1.0" }, { fullName: "far-2.0" }],
  });
  const { status, stdout } = await scene.pkgin(["-y", "install", url, "libgreet"]);
  expect(status).toBe(0);
  expect(stdout).toContain("[1/1] downloading far-2.0.tgz done.\ncalculating dependencies...done.\n");
  expect((await scene.pkgin(["list"])).stdout).toMatch(/^far-2\.0 .*\nlibgreet-1\.0 /);
  expect(await scene.pkgin(["-y", "install", `${elsewhere.server.url}/none.tgz`])).toMatchObject({
    status: 1,
    stderr: `pkgin: download error: ${elsewhere.server.url}/none.tgz Not Found\n`,
  });
});

test("what is no URL is named", async () => {
  const scene = await setScene([LIBGREET]);
  expect((await scene.pkgin(["-y", "install", "http://[bad/x.tgz"])).stderr).toBe(
    "pkgin: http://[bad/x.tgz is no URL that could be fetched\n",
  );
});

test("a file that is no package is named, with what is wrong", async () => {
  const scene = await setScene([LIBGREET]);
  const file = join(temporaryDirectory(), "hello-1.0.tgz");
  writeFileSync(file, "not a package");
  const { status, stdout, stderr } = await scene.pkgin(["-y", "install", file]);
  expect(status).toBe(1);
  expect(stdout).not.toContain("installing");
  expect(stderr.startsWith(`pkgin: ${file}: `)).toBe(true);
  expect(stderr).not.toContain("    at ");
});

test("a file that is refused by what packages are held to is told of as what it is", async () => {
  const scene = await setScene();
  const own = await createPackage(temporaryDirectory(), { prefix: scene.prefix, pkgname: "own-1.5" });
  expect(await scene.pkgin(["-y", "--verify", "digest", "install", own.path])).toMatchObject({
    status: 1,
    stderr:
      "pkgin: own-1.5 comes from a file, for which nobody tells a digest, but the setting verify asks for one\n",
  });
});

test("a file that needs what is neither installed nor to be had is refused before anything is asked or changed", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "old-1.0" }]);
  const { prefix } = scene;
  await scene.pkgin(["-y", "install", "old"]);
  const depends = ["libgreet>=1", "own>=1", "old>=2"];
  const app = await createPackage(temporaryDirectory(), { prefix, pkgname: "app-1.0", depends });
  const history = (await scene.pkgin(["history"])).stdout;
  for (const args of [["install"], ["-y", "install"], ["install", "--dry-run", "--json"]]) {
    const { status, stdout, stderr } = await scene.pkgin([...args, app.path]);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `pkgin: ${app.path} cannot be installed: app-1.0 needs own>=1, which no repository has; app-1.0 needs old>=2, which no repository has\n` +
        "Name package files of what is missing as well, or add a repository that has it with pkgin repo add URL.\n",
    );
    expect(`${stdout}${stderr}`).not.toMatch(/to install|proceed/);
  }
  expect(readdirSync(join(prefix, "var/db/pkgin/cache"))).toEqual(["old-1.0.tgz"]);
  expect((await scene.pkgin(["history"])).stdout).toBe(history);
  const own = await createPackage(temporaryDirectory(), { prefix, pkgname: "own-1.5" });
  const old = await createPackage(temporaryDirectory(), { prefix, pkgname: "old-2.0" });
  expect(await scene.pkgin(["-y", "install", app.path, own.path, old.path])).toMatchObject({ status: 0 });
});

test("a URL of a package that needs what is not to be had is refused by its name", async () => {
  const scene = await setScene([LIBGREET]);
  const elsewhere = await setScene();
  await elsewhere.publish([{ pkgname: "far-2.0", prefix: scene.prefix, depends: ["none-[0-9]*"] }]);
  const url = `${elsewhere.server.url}/far-2.0.tgz`;
  const { status, stderr } = await scene.pkgin(["-y", "install", url]);
  expect(status).toBe(1);
  expect(stderr).toContain(
    `pkgin: ${url} cannot be installed: far-2.0 needs none-[0-9]*, which no repository has\n`,
  );
  expect((await scene.pkgin(["list"])).stdout).toBe("");
});
