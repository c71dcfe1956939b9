import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** How a run ended, and what it printed. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How pkgin is run. */
export interface RunOptions {
  /** Changes to the environment; undefined removes a variable. */
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Both outputs go to one pipe, as with `2>&1`, and come as standard output. */
  readonly merged?: boolean;
}

/** Runs the built program. */
export async function runPkgin(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const command = [process.execPath, bin, ...args];
  const child = options.merged
    ? spawn("/bin/sh", ["-c", 'exec "$@" 2>&1', "sh", ...command], { env: environment(options.env) })
    : spawn(command[0] ?? "", command.slice(1), { env: environment(options.env) });
  // A program that asks nothing may have ended before it is given its input.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { status, stdout, stderr };
}

/** Makes a directory that is there as long as the test runs. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "pkgin-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What of the caller's environment would change the outcome is left out. */
function environment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const {
    PKG_REPOS: _,
    PKGIN_DBDIR: _home,
    PKG_DBDIR: _pkgdb,
    PKG_INSTALL_DIR: _tools,
    ...rest
  } = process.env;
  return { ...rest, ...changes };
}
