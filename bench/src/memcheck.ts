/*
 * Runs pkgin under memprof and compares what it takes with the budgets in memprof.config.json: an update from a
 * generated catalogue, and the installation of a package of 262 MB. Without strace there is nothing to compare.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { available } from "dtrace-tools";
import { commandOf } from "./commands.ts";
import { ownEnvironment } from "./harness/own-environment.ts";
import { scratchDirectory } from "./harness/scratch.ts";
import { serveRepository } from "./inputs/repository.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  const strace = (await available()).find(({ name }) => name === "strace");
  if (strace?.usable !== true) {
    process.stdout.write(`memcheck: skipped, since strace cannot be used: ${strace?.reason}\n`);
    return 0;
  }
  const scratch = scratchDirectory("memcheck");
  const prefix = join(scratch, "prefix");
  const server = await serveRepository(join(scratch, "repository"), prefix);
  try {
    const [node, memprof] = commandOf("memprof");
    const settings = {
      PKG_REPOS: server.url,
      MEMCHECK_PREFIX: prefix,
      MEMCHECK_PKGIN: commandOf("pkgin").join(" "),
    };
    const env = { ...ownEnvironment(), ...settings };
    const child = spawn(node, [memprof, "check", ...args], { cwd: ROOT, env, stdio: "inherit" });
    const [status] = (await once(child, "close")) as [number | null];
    return status ?? 1;
  } finally {
    await server.close();
  }
}

process.exitCode = await main(process.argv.slice(2));
