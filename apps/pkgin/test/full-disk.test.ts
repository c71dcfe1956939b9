import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
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
