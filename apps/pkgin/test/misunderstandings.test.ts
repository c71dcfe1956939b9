import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runPkgin } from "./run-pkgin.ts";
import { openScene, type Scene } from "./scene.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await openScene([
    { pkgname: "libgreet-1.0" },
    { pkgname: "hello-2.0", depends: ["libgreet>=1.0"] },
  ]);
  await scene.pkgin(["-y", "install", "hello"]);
});

afterAll(() => scene.close());

test.each([
  ["keep", "libgreet"],
  ["unkeep", "hello"],
  ["clean"],
  ["update"],
  ["hold", "hello"],
  ["repo", "add", "http://a.example/All"],
  ["doctor"],
])("a trial of %s %s is refused, as it cannot be had without the change", async (...line) => {
  mkdirSync(join(scene.prefix, "var/db/pkgin/cache"), { recursive: true });
  const cached = join(scene.prefix, "var/db/pkgin/cache/old.tgz");
  writeFileSync(cached, "");
  const kept = (await scene.pkgin(["show-keep"])).stdout;
  expect(await scene.pkgin(["--dry-run", ...line])).toEqual({
    status: 1,
    stdout: "",
    stderr: `pkgin: ${line[0]} has no plan to show; see pkgin ${line[0]} --help\n`,
  });
  expect((await scene.pkgin(["show-keep"])).stdout).toBe(kept);
  expect(existsSync(cached)).toBe(true);
  for (const file of ["preferred.conf", "repositories.conf"])
    expect(existsSync(join(scene.prefix, "etc/pkgin", file))).toBe(false);
});

test.each(["--prefix", "--config", "--repository", "--chroot"])(
  "%s without a value is refused",
  async (option) => {
    const rest = ["list"];
    for (const line of [
      [option, "", ...rest],
      [`${option}=`, ...rest],
    ]) {
      const { status, stdout, stderr } = await runPkgin(line);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(`^pkgin: ${option}: a (directory|file|URL) was expected, found ""\n`),
      );
    }
  },
);

test("where there is nothing to do or nothing to tell, JSON says so", async () => {
  const json = async (...line: string[]) => {
    const { status, stdout } = await scene.pkgin(["--json", ...line]);
    return { status, printed: JSON.parse(stdout) as unknown };
  };
  const nothing = { remove: [], install: [], unavailable: [], download: 0, disk: 0 };
  expect(await json("--dry-run", "autoremove")).toMatchObject({ status: 0, printed: nothing });
  expect(await json("--dry-run", "remove", "nope")).toMatchObject({ status: 1, printed: nothing });
  expect(await json("why", "nope")).toEqual({
    status: 1,
    printed: { fullName: null, keep: false, chains: [] },
  });
  await scene.pkgin(["keep", "libgreet"]);
  expect(await json("--dry-run", "autoremove")).toMatchObject({ status: 0, printed: nothing });
});

test("a package file that is not there is told as such", async () => {
  for (const name of ["/nonexistent/hello-1.0.tgz", "/nonexistent/hello"])
    expect(await scene.pkgin(["-y", "install", name])).toMatchObject({
      status: 1,
      stderr: `pkgin: ${name}: No such file or directory\n`,
    });
  const { stderr } = await scene.pkgin(["-y", "install", "none-1.0.tzst"]);
  expect(stderr).toMatch(/^pkgin: .*none-1\.0\.tzst: No such file or directory\n$/);
});

test.each(["keep", "why", "hold", "verify", "show-rev-deps", "-y remove", "-y upgrade"])(
  "%s knows no package by what is no pattern",
  async (line) => {
    const { status, stdout, stderr } = await scene.pkgin([...line.split(" "), "a{b"]);
    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/^no such installed package a\{b$/m);
  },
);

test("what is no pattern is not available, and the others are", async () => {
  const { status, stdout, stderr } = await scene.pkgin(["-n", "install", "a{b", "hello<2", "libgreet"]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: "a{b is not available in the repository\nhello<2 is not available in the repository\n",
  });
  expect(stdout).toContain("nothing to do.\n");
});
