/*
 * Runs pkgin under memprof and compares what it takes with the budgets in memprof.config.json: an update from a
 * generated catalogue, and the installation of a package of 262 MB. Without strace there is nothing to compare.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { available } from "dtrace-tools";
import { createRepository } from "sample-repository";
import { generateSummary, serveDirectory } from "test-support";
import { commandOf } from "./commands.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** As large as the package that made pkgin's memory be looked at in the first place. */
const LARGE = { size: 262_000_000 };

async function main(args: readonly string[]): Promise<number> {
  const strace = (await available()).find(({ name }) => name === "strace");
  if (strace?.usable !== true) {
    process.stdout.write(`memcheck: skipped, since strace cannot be used: ${strace?.reason}\n`);
    return 0;
  }
  const scratch = mkdtempSync(join(tmpdir(), "memcheck-"));
  // On exit, so that it also goes when the run is interrupted.
  process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
  const prefix = join(scratch, "prefix");
  const packages = [{ pkgname: "large-1.0", prefix, files: { "share/large": LARGE } }];
  const repository = join(scratch, "repository");
  await createRepository(repository, packages, { compression: "bzip2", otherRecords: generateSummary() });
  const server = await serveDirectory(repository);
  try {
    const [node, memprof] = commandOf("memprof");
    // What Node is told by the machine would count too.
    const { NODE_OPTIONS: _, NODE_EXTRA_CA_CERTS: __, ...environment } = process.env;
    const [pkginNode, pkgin] = commandOf("pkgin");
    const settings = {
      PKG_REPOS: server.url,
      MEMCHECK_PREFIX: prefix,
      MEMCHECK_PKGIN: `${pkginNode} ${pkgin}`,
    };
    const child = spawn(node, [memprof, "check", ...args], {
      cwd: ROOT,
      env: { ...environment, ...settings },
      stdio: "inherit",
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    const [status] = (await once(child, "close")) as [number | null];
    return status ?? 1;
  } finally {
    await server.close();
  }
}

process.exitCode = await main(process.argv.slice(2));
