import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Scene, setScene } from "./scene.ts";

const LIBGREET = { pkgname: "libgreet-1.0", files: { "share/greeting": "Hello\n" } };
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"], files: { "bin/hello": "hello\n" } };

function cached(scene: Scene): string[] {
  return readdirSync(join(scene.prefix, "var/db/pkgin/cache"));
}

test("without the cache packages are unpacked as they come", async () => {
  const scene = await setScene([LIBGREET, HELLO]);
  const { status, stdout } = await scene.pkgin(["-y", "--no-cache", "install", "hello"]);
  expect(status).toBe(0);
  expect(stdout).not.toContain("downloading hello");
  expect(stdout).toContain("[1/2] installing libgreet-1.0...\n[2/2] installing hello-1.0...\n");
  expect(readFileSync(join(scene.prefix, "share/greeting"), "utf8")).toBe("Hello\n");
  expect(cached(scene)).toEqual([]);
  expect((await scene.pkgin(["verify"])).status).toBe(0);
});

test("one that is not what it should be is found at its end, and nothing of it stays", async () => {
  const scene = await setScene([LIBGREET, HELLO]);
  await scene.pkgin(["update"]);
  const file = join(scene.directory, "libgreet-1.0.tgz");
  const bytes = readFileSync(file);
  writeFileSync(file, Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]));
  const damaged = await scene.pkgin(["-y", "--no-cache", "install", "libgreet"]);
  expect(damaged.status).toBe(1);
  expect(damaged.stderr).toMatch(/^pkgin: .+\n$/);
  truncateSync(file, bytes.length - 10);
  const cut = await scene.pkgin(["-y", "--no-cache", "install", "libgreet"]);
  expect(cut.status).toBe(1);
  expect(cut.stdout).toContain("pkg_install warnings: 0, errors: 1\n");
  expect(existsSync(join(scene.prefix, "share"))).toBe(false);
  expect((await scene.pkgin(["list"])).stderr).toBe("Requested list is empty.\n");
});

test("a failed upgrade leaves what was there", async () => {
  const scene = await setScene([LIBGREET]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  await scene.publish([{ ...LIBGREET, pkgname: "libgreet-1.1", files: { "share/greeting": "New\n" } }]);
  await scene.pkgin(["-f", "update"]);
  truncateSync(join(scene.directory, "libgreet-1.1.tgz"), 100);
  expect((await scene.pkgin(["-y", "--no-cache", "upgrade"])).status).toBe(1);
  expect(readFileSync(join(scene.prefix, "share/greeting"), "utf8")).toBe("Hello\n");
  expect((await scene.pkgin(["-p", "list"])).stdout).toBe("libgreet-1.0;Sample package libgreet\n");
});
