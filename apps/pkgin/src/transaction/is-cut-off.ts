import { existsSync, readFileSync } from "node:fs";
import type { Locations } from "../config/locations.ts";
import type { HistoryRecord } from "./history.ts";
import { lockFile, lockOwner } from "./lock.ts";

/**
 * Whether a transaction, the last one, was cut off, and is not being worked on; the next pkgin that changes something settles
 * what it has left.
 */
export async function isCutOff(
  locations: Pick<Locations, "home">,
  { status, began }: HistoryRecord,
): Promise<boolean> {
  return status === "running" && !(await isAtWork(locations, began));
}

/** Whether the pkgin that began something at a time is still at work. */
async function isAtWork({ home }: Pick<Locations, "home">, began: Date): Promise<boolean> {
  const owner = readOwner(lockOwner(home));
  // Another one may have taken the lock since.
  if (owner === undefined || owner.since > began || !isAlive(owner.pid)) return false;
  return isHeld(lockFile(home));
}

interface Owner {
  readonly pid: number;
  readonly since: Date;
}

function readOwner(file: string): Owner | undefined {
  if (!existsSync(file)) return undefined;
  const [, pid, since] = /^process (\d+) since (\S+)/.exec(readFileSync(file, "utf8")) ?? [];
  return pid === undefined || since === undefined ? undefined : { pid: Number(pid), since: new Date(since) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Asks the system, since numbers of processes are given again. */
async function isHeld(file: string): Promise<boolean> {
  const { default: Database } = await import("better-sqlite3");
  const lock = new Database(file, { readonly: true, timeout: 0 });
  try {
    lock.exec("SELECT 1 FROM sqlite_master");
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === "SQLITE_BUSY") return true;
    throw error;
  } finally {
    lock.close();
  }
}
