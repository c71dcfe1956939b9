import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { FatalError } from "../fatal-error.ts";

/** How often a lock that another process holds is tried again, in milliseconds. */
const POLL = 100;

/** How the lock is taken. */
export interface LockOptions {
  /** How long to wait for another process, in seconds. */
  readonly wait: number;
  /** Told who is waited for, once. */
  readonly onWait: (owner: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs work that changes packages while no other pkgin does so on the same directory. Who only reads needs no lock, and waits
 * for nobody.
 *
 * The lock is SQLite's on a file of its own, so the system takes it back however the process ends; beside it stands who
 * holds it, for the message to the one who comes second.
 *
 * @param home pkgin's own directory
 * @throws FatalError when another process holds the lock for longer than is waited; the signal's reason
 */
export async function withLock<T>(home: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const owner = lockOwner(home);
  const lock = openLock(lockFile(home));
  try {
    await take(lock, owner, options);
    try {
      return await work();
    } finally {
      rmSync(owner, { force: true });
    }
  } finally {
    lock.close();
  }
}

/** The file that is locked. */
export function lockFile(home: string): string {
  return join(home, "lock");
}

/** The file that says who holds the lock, or held it when it was killed. */
export function lockOwner(home: string): string {
  return join(home, "lock.owner");
}

function openLock(path: string): Database.Database {
  try {
    return new Database(path, { timeout: 0 });
  } catch (error) {
    throw new FatalError(`cannot lock ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function take(
  lock: Database.Database,
  owner: string,
  { wait, onWait, signal }: LockOptions,
): Promise<void> {
  const deadline = performance.now() + wait * 1000;
  for (let isFirst = true; !tryLock(lock); isFirst = false) {
    if (performance.now() >= deadline) throw busy(owner, wait);
    if (isFirst) onWait(describeOwner(owner));
    await delay(POLL, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  sign(owner);
}

/** Says who holds the lock; where there is no room for that, who comes second is told less. */
function sign(owner: string): void {
  try {
    writeFileSync(owner, `process ${process.pid} since ${new Date().toISOString()}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

function tryLock(lock: Database.Database): boolean {
  try {
    // No journal is begun, so that the lock can be had on a full disk, too.
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "SQLITE_BUSY") return false;
    throw error;
  }
}

function busy(owner: string, wait: number): FatalError {
  const advice =
    wait === 0 ? "try again when it has ended, or wait for it with --wait" : `it was waited for ${wait} s`;
  return new FatalError(`another pkgin is at work (${describeOwner(owner)}); ${advice}`);
}

function describeOwner(owner: string): string {
  const unknown = "which one is not known";
  try {
    return readFileSync(owner, "utf8").trim() || unknown;
  } catch {
    // It has taken the lock but not yet written its name, or is just leaving.
    return unknown;
  }
}
