import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { addAbortListener } from "node:events";
import type { Exit } from "./backend.ts";

/** What is kept of a tracer's standard error, in characters. */
const MAX_OUTPUT = 64 * 1024;

/** What a short run of a helper program gave. */
export interface Ran extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a helper program to its end without input; one that cannot be started has the status 127. */
export async function run(program: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const stdout = gather(child.stdout);
  const stderr = gather(child.stderr);
  try {
    const exit = await ended(child);
    return { ...exit, stdout: stdout(), stderr: stderr() };
  } catch (error) {
    return { code: 127, signal: undefined, stdout: "", stderr: (error as Error).message };
  }
}

/** Keeps the beginning of a stream's text and lets the rest pass. */
export function gather(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (piece: string) => {
    if (text.length < MAX_OUTPUT) text = (text + piece).slice(0, MAX_OUTPUT);
  });
  return () => text;
}

/** Waits until a process has ended and its pipes are closed; throws where it could not be started. */
export function ended(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
}

/** Sends a signal to the first child of a process, which is the target where it is a tracer's. */
export function killChildOf(parent: number | undefined, signal: NodeJS.Signals): void {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8");
    if (children !== "") process.kill(Number.parseInt(children, 10), signal);
  } catch {
    // It has ended already.
  }
}

/** Calls `action` when the signal aborts, now or later; undo it with the returned function. */
export function onAbort(signal: AbortSignal | undefined, action: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const listener = addAbortListener(signal, action);
  return () => listener[Symbol.dispose]();
}
