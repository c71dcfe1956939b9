import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { createRepository } from "sample-repository";
import { serveDirectory } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { runCommand, temporaryDirectory } from "./run-pkgin.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** Mounting a small file system needs privileges, and a mount namespace of its own so that nobody else sees it. */
const canMount = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

test.skipIf(!canMount)(
  "on a full disk the summary is not taken in, and the message names the file (needs the right to mount)",
  async () => {
    const directory = temporaryDirectory();
    const prefix = temporaryDirectory();
    const text = Array.from(
      { length: 20_000 },
      (_, index) => `PKGNAME=p${index}-1\nCOMMENT=${index}\n\n`,
    ).join("");
    writeFileSync(join(directory, "pkg_summary.gz"), gzipSync(text));
    const server = await serveDirectory(directory);
    onTestFinished(() => server.close());
    const script = `mount -t tmpfs -o size=2m none "$1" && exec "$2" "$3" --prefix "$1" update`;
    const { status, stderr } = await runCommand(
      ["unshare", "-m", "sh", "-c", script, "sh", prefix, process.execPath, bin],
      { env: { PKG_REPOS: server.url } },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        `pkgin: Could not write ${prefix}/var/db/pkgin/pkgin.db: database or disk is full\n` +
        "What was known of the repository before stays as it was.\n",
    });
  },
);

test.skipIf(!canMount)(
  "a disk that is full to the last byte can be cleaned, and what cannot be done on it is told with the file (needs the right to mount)",
  async () => {
    const directory = temporaryDirectory();
    const prefix = temporaryDirectory();
    await createRepository(directory, [
      { pkgname: "big-1", prefix, files: { "share/big": { size: 2 * 1024 * 1024 } } },
    ]);
    const server = await serveDirectory(directory);
    onTestFinished(() => server.close());
    const script = `
      mount -t tmpfs -o size=6m none "$1" && cd "$1" || exit 1
      pkgin() { "$node" "$bin" --prefix "$prefix" -y "$@" > /dev/null; echo "$1: $?"; }
      node=$2 bin=$3 prefix=$1
      pkgin install big
      cat /dev/zero > fill 2> /dev/null
      pkgin keep big
      pkgin unkeep big
      pkgin clean
      ls var/db/pkgin/cache`;
    const { stdout, stderr } = await runCommand(
      ["unshare", "-m", "sh", "-c", script, "sh", prefix, process.execPath, bin],
      { env: { PKG_REPOS: server.url } },
    );
    expect({ stdout, stderr }).toEqual({
      stdout: "install: 0\nkeep: 0\nunkeep: 1\nclean: 0\n",
      stderr: expect.stringMatching(/^pkgin: cannot write \/.*: No space left on device\n$/),
    });
  },
);

test.skipIf(!canMount)(
  "where there is no room to save the old version an upgrade does without, and one that is atomic is taken back (needs the right to mount)",
  async () => {
    const directory = temporaryDirectory();
    const prefix = temporaryDirectory();
    for (const version of [1, 2]) {
      const files = { "share/version": `${version}\n`, "share/zeros": "\0".repeat(2 * 1024 * 1024) };
      await createRepository(join(directory, String(version)), [
        { pkgname: `big-${version}`, prefix, files },
      ]);
    }
    const server = await serveDirectory(directory);
    onTestFinished(() => server.close());
    const script = `
      mount -t tmpfs -o size=6m none "$1" && cd "$1" || exit 1
      pkgin() { "$node" "$bin" --prefix "$prefix" -y "$@" > /dev/null; echo "$1: $?, $(cat share/version)"; }
      node=$2 bin=$3 prefix=$1
      PKG_REPOS="$4/1" pkgin install big
      export PKG_REPOS="$4/2"
      pkgin clean
      pkgin --atomic upgrade
      pkgin upgrade
      ls var/db/pkgin`;
    const { stdout, stderr } = await runCommand(
      ["unshare", "-m", "sh", "-c", script, "sh", prefix, process.execPath, bin, server.url],
      { env: {} },
    );
    expect(stdout).toMatch(/^install: 0, 1\nclean: 0, 1\n--atomic: 1, 1\nupgrade: 0, 2\n/);
    expect(stdout).not.toContain("keepsakes");
    expect(stderr).toMatch(/^pkgin: .*no space left on device.*\npkgin: nothing had been changed\n$/i);
  },
);

test.skipIf(!canMount)(
  "where the disk fills up while all is taken back, the downloads make room for it (needs the right to mount)",
  async () => {
    const directory = temporaryDirectory();
    const prefix = temporaryDirectory();
    // Leaves room for what is noted, but not for what is put back.
    const fillsUp = `#!/bin/sh
      [ "$2" = PRE-INSTALL ] || exit 0
      head -c 262144 /dev/zero > ${prefix}/reserve
      cat /dev/zero > ${prefix}/filler 2> /dev/null
      rm ${prefix}/reserve
      exit 1`;
    const noise = { size: 2 * 1024 * 1024 };
    const old = { "share/version": "1\n", "share/zeros": "\0".repeat(1024 * 1024) };
    await createRepository(join(directory, "1"), [
      { pkgname: "big-1", prefix, files: old },
      { pkgname: "app-1", prefix, depends: ["big>=1"] },
    ]);
    await createRepository(join(directory, "2"), [
      { pkgname: "big-2", prefix, files: { "share/version": "2\n", "share/noise": noise } },
      { pkgname: "app-2", prefix, depends: ["big>=2"], install: fillsUp },
    ]);
    const server = await serveDirectory(directory);
    onTestFinished(() => server.close());
    const script = `
      mount -t tmpfs -o size=24m none "$1" && cd "$1" || exit 1
      pkgin() { "$node" "$bin" --prefix "$prefix" "$@"; }
      node=$2 bin=$3 prefix=$1
      PKG_REPOS="$4/1" pkgin -y install app > /dev/null
      export PKG_REPOS="$4/2"
      pkgin clean > /dev/null
      pkgin -y --atomic upgrade > /dev/null
      echo "$?, version $(cat share/version)"
      ls filler var/db/pkgin/cache
      rm filler
      pkgin verify && pkgin -p list`;
    const { stdout, stderr } = await runCommand(
      ["unshare", "-m", "sh", "-c", script, "sh", prefix, process.execPath, bin, server.url],
      { env: {} },
    );
    expect(stderr).toMatch(
      /^pkgin: the PRE-INSTALL script of app-2 .*\npkgin: 1 of 1 changes were taken back\n.*, 0 not as they were installed\n$/,
    );
    expect(stdout).toMatch(/^1, version 1\nfiller\n\nvar\/db\/pkgin\/cache:\napp-1;.*\nbig-1;.*\n$/);
  },
);
