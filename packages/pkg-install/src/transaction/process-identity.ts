import { readFileSync } from "node:fs";
import { isSystemError } from "../errors.ts";

/** What a process that nobody has asked about since it ended has for a time. */
const ENDED = "ended";

/**
 * Names a running process, so that it is not taken for another that has its number later.
 *
 * @returns its number, when it was started and in which run of the machine, as far as /proc tells
 */
export function processIdentity(pid: number): string {
  return [pid, startTime(pid), bootId()].join(":");
}

/** Whether the process that {@link processIdentity} named is still running. */
export function isRunning(identity: string): boolean {
  const pid = Number(identity.split(":", 1)[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isSystemError(error, "EPERM")) return false;
  }
  return startTime(pid) !== ENDED && processIdentity(pid) === identity;
}

/** Field 22 of /proc/PID/stat, in clock ticks; the name of the program before it may hold blanks. A zombie has ended. */
function startTime(pid: number): string {
  const fields = readProc(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields[0] === "Z" ? ENDED : (fields[19] ?? "");
}

function bootId(): string {
  return readProc("/proc/sys/kernel/random/boot_id").trim();
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // Systems without /proc go by the number alone.
    return "";
  }
}
