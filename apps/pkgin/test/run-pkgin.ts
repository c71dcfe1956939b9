import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The built program. */
export const bin: string = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

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
  /** Gives the input when it has seen what it waits for in the output. */
  readonly inputWhen?: (output: (pattern: RegExp) => Promise<void>) => Promise<string>;
  /** Both outputs go to one pipe, as with `2>&1`, and come as standard output. */
  readonly merged?: boolean;
  /** The user that it is run as. */
  readonly uid?: number;
  /** It is interrupted as soon as this has come true. */
  readonly interruptWhen?: Promise<unknown>;
  /** What interrupts it. Default: SIGINT. */
  readonly signal?: NodeJS.Signals;
}

/** Runs the built program. */
export function runPkgin(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runCommand([process.execPath, bin, ...args], options);
}

/** Runs any program in the same surroundings. */
export async function runCommand(command: readonly string[], options: RunOptions = {}): Promise<Run> {
  const settings = {
    env: environment(options.env),
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  };
  const child = options.merged
    ? spawn("/bin/sh", ["-c", 'exec "$@" 2>&1', "sh", ...command], settings)
    : spawn(command[0] ?? "", command.slice(1), settings);
  // A program that asks nothing may have ended before it is given its input.
  child.stdin.on("error", () => {});
  if (options.inputWhen === undefined) child.stdin.end(options.input ?? "");
  else void options.inputWhen(watch(child.stdout)).then((input) => child.stdin.end(input));
  // Twice, as timeout does it.
  const interrupt = () => child.kill(options.signal ?? "SIGINT");
  void options.interruptWhen
    ?.then(interrupt)
    .then(() => delay(1))
    .then(interrupt);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { status, stdout, stderr };
}

/** Lets one wait for text at the end of what has come so far. */
function watch(stream: Readable): (pattern: RegExp) => Promise<void> {
  let seen = "";
  return (pattern) =>
    new Promise((resolve) => {
      const look = (chunk: Buffer | string) => {
        seen += String(chunk);
        if (!pattern.test(seen)) return;
        stream.off("data", look);
        resolve();
      };
      stream.on("data", look);
    });
}

/** Makes a directory, for as long as the caller wants. */
export function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), "pkgin-"));
}

/** Makes a directory that is there as long as the test runs. */
export function temporaryDirectory(): string {
  const directory = makeDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What of the caller's environment would change the outcome is left out. */
export function environment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const {
    PKG_REPOS: _,
    PKGIN_DBDIR: _home,
    PKG_DBDIR: _pkgdb,
    PKG_INSTALL_DIR: _tools,
    ...rest
  } = process.env;
  return { ...rest, TERM: "vt100", ...changes };
}
