import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { bin, environment, type Run } from "./run-pkgin.ts";
import type { Scene } from "./scene.ts";

/** A pkgin that is at work, and can be signalled. */
export interface StartedPkgin {
  readonly ended: Promise<Run>;
  /** Closes the pipes that it writes to: what it has written then counts for nothing. */
  deafen(): void;
  /** Signals it alone. */
  kill(signal: NodeJS.Signals): void;
  /** Signals it and everything that it has started, as a terminal does. */
  killGroup(signal: NodeJS.Signals): void;
}

/** Starts pkgin on a scene, answering nothing. */
export function startPkgin(
  { prefix, server }: Scene,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): StartedPkgin {
  const child = spawn(process.execPath, [bin, "--prefix", prefix, ...args], {
    env: environment({ PKG_REPOS: server.url, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const run = async (): Promise<Run> => {
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout).catch(() => ""),
      text(child.stderr).catch(() => ""),
      once(child, "close") as Promise<[number | null]>,
    ]);
    return { status, stdout, stderr };
  };
  return {
    ended: run(),
    deafen: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    kill: (signal) => void child.kill(signal),
    killGroup: (signal) => void process.kill(-(child.pid ?? 0), signal),
  };
}

/** Waits until a file is there. */
export async function fileAppears(path: string): Promise<void> {
  while (!existsSync(path)) await delay(20);
}
