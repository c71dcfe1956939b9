import { readdirSync, readFileSync } from "node:fs";
import { TargetError } from "../errors.ts";
import type { RunningProcess } from "../import/imported.ts";

/**
 * Looks at a process that runs already (Linux).
 *
 * @throws TargetError where there is none, or it belongs to somebody else
 */
export function lookAt(pid: number): RunningProcess {
  try {
    const command = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    const threads = readdirSync(`/proc/${pid}/task`).map(Number);
    const heap = /^[0-9a-f]+-([0-9a-f]+) .*\[heap\]$/m.exec(readFileSync(`/proc/${pid}/maps`, "utf8"))?.[1];
    return { pid, command, threads, heapEnd: heap === undefined ? undefined : Number.parseInt(heap, 16) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" || code === "ESRCH" ? "there is no such process" : `cannot be traced: ${message}`;
    throw new TargetError(String(pid), `process ${pid}: ${reason}`);
  }
}

/** Looks at a process once more, which may have gone by now; then it is as it was. */
export function lookAgainAt(process: RunningProcess): RunningProcess {
  try {
    return lookAt(process.pid);
  } catch {
    return process;
  }
}

/** The process that traces another one by ptrace; 0 where there is none, undefined where it has ended (Linux). */
export function tracerOf(pid: number): number | undefined {
  try {
    const tracer = /^TracerPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return tracer === undefined ? undefined : Number(tracer);
  } catch {
    return undefined;
  }
}

/** Tells whether a process runs; one that has ended and was not waited for does not (Linux). */
export function isAlive(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^ [ZX]/.test(text.slice(text.lastIndexOf(")") + 1));
  } catch {
    return false;
  }
}
