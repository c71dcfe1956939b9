import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bin, runCommand, temporaryDirectory } from "./run-pkgin.ts";
import { setScene } from "./scene.ts";

test("download puts package files into the current directory, checked", async () => {
  const scene = await setScene([{ pkgname: "libgreet-1.0" }, { pkgname: "bad-1.0" }]);
  await scene.pkgin(["update"]);
  const bad = join(scene.directory, "bad-1.0.tgz");
  writeFileSync(bad, readFileSync(bad).fill(0, 20, 30));
  const directory = temporaryDirectory();
  const inDirectory = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", directory, process.execPath, bin];
  const run = await runCommand(
    [...inDirectory, "--prefix", scene.prefix, "download", "libgreet", "bad", "none"],
    {
      env: { PKG_REPOS: scene.server.url },
    },
  );
  expect(run.status).toBe(1);
  expect(run.stdout).toContain("[1/3] downloading libgreet-1.0.tgz done.\n");
  expect(run.stderr).toMatch(
    /^download error: .*bad-1\.0\.tgz .*sha512.*\nnone is not available in the repository\n$/,
  );
  const read = (where: string) => readFileSync(join(where, "libgreet-1.0.tgz"));
  expect(read(directory).equals(read(scene.directory))).toBe(true);
  expect(existsSync(join(directory, "bad-1.0.tgz"))).toBe(false);
});
