import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import type { Exit, TraceRequest } from "./backend.ts";
import { ended } from "./processes.ts";

/** Waits until it is told to go on, then becomes the target. */
const SCRIPT = 'read -r memprof_go <&3 || exit 125; exec 3<&-; exec "$@"';

/**
 * A process that waits until a tracer is attached to it, and then becomes the target.
 *
 * So this process is the target's own parent: a tracer as a parent would answer an interrupt from the terminal by
 * ending the target.
 */
export interface Launcher {
  readonly pid: number;
  /** How it ended, as the launcher or as the target. */
  readonly exit: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** Lets it become the target. */
  go(): void;
  /** Ends it where it still waits. */
  close(): void;
}

/** Starts a launcher for the command of a request. */
export function launch(request: TraceRequest, env: NodeJS.ProcessEnv = request.env): Launcher {
  const stdio = Array.isArray(request.stdio) ? request.stdio : [request.stdio, request.stdio, request.stdio];
  const target = spawn("/bin/sh", ["-c", SCRIPT, "sh", ...request.command], {
    cwd: request.cwd,
    env,
    stdio: [...stdio.slice(0, 3), "pipe"],
  });
  const exit = ended(target);
  // It is waited for once the tracer is ready; until then a failure must not end this process.
  exit.catch(() => undefined);
  const gate = target.stdio[3] as Writable;
  // It may have been ended before it is told to go on; its exit says so.
  gate.on("error", () => undefined);
  return {
    pid: target.pid ?? 0,
    exit,
    kill: (signal) => void target.kill(signal),
    go: () => void gate.end("go\n"),
    close: () => void gate.destroy(),
  };
}
